import { featureGatesTable, flagsTable } from '@k8s-ccm/component-config';
import { managerConfiguration } from '@k8s-ccm/controller-manager';
import { cloudConfigJsonSchema, cloudConfigTable, serviceOptions } from '@k8s-ccm/inspur-provider';
import { optionsJsonSchema, optionsTable } from '@k8s-ccm/provider-kit';
import { format } from 'prettier';

/** A file of docs/reference. */
export interface Page {
  readonly file: string;
  readonly text: string;
}

const cloudConfigIntroduction = `# cloud-config

The file of \`--cloud-config\` says which account is used, where, and with what defaults. It is YAML. Unknown keys, wrong types and missing values are
reported all at once, each with its line.

A file of the Go program's \`key=value\` lines is recognized by its form, and means what it meant there. Keys are compared without case, and the last value
of a key wins. A section line such as \`[Global]\`, a line without \`=\`, a key that is set again further down and a key that has no effect give one warning
each at the start, with the line. A required key that is missing or malformed is an error.

\`\`\`yaml
region: cn-north-3
credentials:
  keycloak:
    url: https://auth.example/token
    clientId: ccm
    clientSecretFile: /etc/inspur/client-secret
    requestedSubject: user-1
\`\`\`

Every secret has a \`…File\` form. Durations are written as Go writes them: \`20s\`, \`1m30s\`, \`500ms\`.

The program follows the file, and the files of the secret and of \`tls.caFile\`, while it runs: a change is in use about a second later, without a restart.

- **Other values**: calls under way end as they began, the controllers look at every Service, at uninitialized Nodes and at the routes again, and the log says which keys
  have changed. It warns if the file names another account or place, because what was made before is then out of reach.
- **Another secret, token or certificate**: nothing is looked at again but what failed before and waits for its next try, which comes at once.
- **A wrong file** leaves the earlier configuration in use: the log, the metric \`cloudprovider_config_last_reload_successful\` and the Event \`CloudConfigRejected\` say so, and
  it is tried again every half minute. The same goes for a file with which the provider would lose a part that controllers work with, such as routes: that needs a restart.

The Events are on the Pod if \`POD_NAME\`, \`POD_NAMESPACE\` and \`POD_UID\` are in the environment, else on the Lease. A file that is mounted by \`subPath\` never changes.

An \`http:\` endpoint outside loopback and an endpoint whose certificate is not verified each give a warning at every start.
The [JSON schema](cloud-config.schema.json) serves editors.
`;

const annotationsIntroduction = `# Annotations of a Service

A value that is not allowed gives a Warning event that names the annotation, the value and what is allowed, and nothing changes in the cloud.
A misspelt annotation gives a Warning event that says what was probably meant. The [JSON schema](service-annotations.schema.json) serves admission checks.
`;

const flagsIntroduction = `# Flags of \`ccm\`

Every flag of upstream's cloud-controller-manager is known, by the same name and in the same section. \`_\` may stand for \`-\`, a bool without a value
is true, and a list that is given twice takes both. Durations are written as Go writes them: \`20s\`, \`1m30s\`, \`500ms\`. A flag without an effect is accepted
with one warning at the start. Values are checked all together before anything starts, with one line for each problem.

A flag can also be set by its **variable** in the environment, or in the **file** of \`--config\`. The flag goes before the variable, the variable before
the file, and the file before the default; lists of two places are not joined. A variable that is nearly that of a flag gives a warning; \`CCM_VERSION\` is
no flag's, but the version that a build carries.

The file is a CloudControllerManagerConfiguration, as YAML or JSON. Unknown keys and wrong values are reported all at once, each with its line.
\`/configz\` shows the same form with the values in use. What it shows can be a file again, but for \`Generic.LeaderMigration\`: a migration has a file of its own.

\`\`\`yaml
apiVersion: cloudcontrollermanager.config.k8s.io/v1alpha1
kind: CloudControllerManagerConfiguration
Generic:
  ClientConnection:
    kubeconfig: /etc/kubernetes/ccm.conf
  LeaderElection:
    leaseDuration: 30s
    renewDeadline: 20s
  Controllers: [cloud-node-controller, service-lb-controller]
KubeCloudShared:
  CloudProvider:
    Name: inspur
    CloudConfigFile: /etc/inspur/cloud.yaml
  ClusterName: east
NodeStatusUpdateFrequency: 10m
\`\`\`

Keys of the groups \`Generic\`, \`KubeCloudShared\`, \`NodeController\`, \`ServiceController\` and \`Webhook\` are upstream's, but for
\`Generic.LeaderMigrationConfigFile\` and \`Generic.ClientConnection.master\`; the other groups are our own.
What is on the command line alone in upstream has its place there.
`;

const featureGatesIntroduction = `## Feature gates

\`AllAlpha\` and \`AllBeta\` set all gates of that stage that are not set by their own names. In the file, \`FeatureGates\` has them as keys.

A feature gate that upstream has locked to one value or removed, such as \`CloudDualStackNodeIPs\`, and one of the generic API server give a warning, because
they have no effect. The value to which a gate is not locked is an error.
`;

/** All pages, formatted as the repository is. */
export async function referencePages(): Promise<readonly Page[]> {
  const { definitions } = serviceOptions;
  return Promise.all([
    markdown('cloud-config.md', `${cloudConfigIntroduction}\n${cloudConfigTable()}`),
    json('cloud-config.schema.json', cloudConfigJsonSchema()),
    markdown('service-annotations.md', `${annotationsIntroduction}\n${optionsTable(definitions)}`),
    markdown(
      'flags.md',
      [
        flagsIntroduction,
        flagsTable(managerConfiguration),
        featureGatesIntroduction,
        featureGatesTable(),
      ].join('\n'),
    ),
    json('service-annotations.schema.json', optionsJsonSchema(definitions)),
  ]);
}

async function markdown(file: string, text: string): Promise<Page> {
  return { file, text: await format(text, { parser: 'markdown' }) };
}

async function json(file: string, schema: object): Promise<Page> {
  return { file, text: await format(JSON.stringify(schema), { parser: 'json', printWidth: 100 }) };
}
