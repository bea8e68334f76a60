/** The text with the lines of its fenced code blocks emptied, so that line numbers stay. */
export function withoutCodeBlocks(text: string): string {
  let fence = '';
  return text
    .split('\n')
    .map((line) => {
      const mark = /^ *(?<mark>`{3,}|~{3,})/.exec(line)?.groups?.['mark'] ?? '';
      if (fence !== '') {
        if (mark.startsWith(fence)) fence = '';
        return '';
      }
      fence = mark;
      return mark === '' ? line : '';
    })
    .join('\n');
}
