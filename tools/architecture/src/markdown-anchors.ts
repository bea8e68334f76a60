import { withoutCodeBlocks } from './markdown-text.ts';

/**
 * The anchors of a Markdown document in the order of the text: the ids of its headings as GitHub derives them, and the
 * ids that it sets with `<a id="…">`.
 */
export function markdownAnchors(text: string): readonly string[] {
  const used = new Map<string, number>();
  const distinct = (id: string): string => {
    const earlier = used.get(id) ?? 0;
    used.set(id, earlier + 1);
    return earlier === 0 ? id : `${id}-${earlier}`;
  };
  return withoutCodeBlocks(text)
    .split('\n')
    .flatMap((line) => {
      const heading = /^#{1,6} +(?<title>.*)$/.exec(line)?.groups?.['title'];
      const ids = [...line.matchAll(/<a id="(?<id>[^"]+)">/g)].map(({ groups }) => groups?.['id']);
      return [
        ...(heading === undefined ? [] : [distinct(headingId(heading))]),
        ...ids.filter((id) => id !== undefined),
      ];
    });
}

function headingId(title: string): string {
  return title
    .replaceAll(/\[(?<label>[^\]]*)\]\([^)]*\)/g, '$<label>')
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\p{M}_\- ]/gu, '')
    .replaceAll(' ', '-');
}
