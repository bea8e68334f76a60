import { cloudConfigJsonSchema, cloudConfigTable, serviceOptions } from '@k8s-ccm/inspur-provider';
import { optionsJsonSchema, optionsTable } from '@k8s-ccm/provider-kit';
import { format } from 'prettier';

/** A file of docs/reference. */
export interface Page {
  readonly file: string;
  readonly text: string;
}

const cloudConfigIntroduction = `# cloud-config

The file of \`--cloud-config\`: which account, where, and with what defaults. It is YAML; a file of the Go program's \`key=value\` lines is recognised
by its form and means what it meant there. Unknown keys, wrong types and missing values are reported all at once, each with its line.

\`\`\`yaml
region: cn-north-3
credentials:
  keycloak:
    url: https://auth.example/token
    clientId: ccm
    clientSecretFile: /etc/inspur/client-secret
    requestedSubject: user-1
\`\`\`

Every secret has a \`…File\` form, which is read again when the file changes. Durations are written as Go writes them: \`20s\`, \`1m30s\`, \`500ms\`.
An \`http:\` endpoint outside loopback and an endpoint whose certificate is not verified each give a warning at every start.
The [JSON schema](cloud-config.schema.json) serves editors.
`;

const annotationsIntroduction = `# Annotations of a Service

A value that is not allowed gives a Warning event that names the annotation, the value and what is allowed, and nothing changes in the cloud.
A misspelt annotation gives a Warning event that says what was probably meant. The [JSON schema](service-annotations.schema.json) serves admission checks.
`;

/** All pages, formatted as the repository is. */
export async function referencePages(): Promise<readonly Page[]> {
  const { definitions } = serviceOptions;
  return Promise.all([
    markdown('cloud-config.md', `${cloudConfigIntroduction}\n${cloudConfigTable()}`),
    json('cloud-config.schema.json', cloudConfigJsonSchema()),
    markdown('service-annotations.md', `${annotationsIntroduction}\n${optionsTable(definitions)}`),
    json('service-annotations.schema.json', optionsJsonSchema(definitions)),
  ]);
}

async function markdown(file: string, text: string): Promise<Page> {
  return { file, text: await format(text, { parser: 'markdown' }) };
}

async function json(file: string, schema: object): Promise<Page> {
  return { file, text: await format(JSON.stringify(schema), { parser: 'json', printWidth: 100 }) };
}
