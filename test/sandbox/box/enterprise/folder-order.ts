import type { ContentItem } from './content-tree.ts';

export interface Sort {
  readonly by: 'id' | 'name' | 'date' | 'size';
  readonly direction: 'ASC' | 'DESC';
}

export function sortOf(query: URLSearchParams): Sort {
  const by = query.get('sort');
  const direction = query.get('direction')?.toUpperCase() === 'DESC' ? 'DESC' : 'ASC';
  return {
    by: by === 'id' || by === 'date' || by === 'size' ? by : 'name',
    direction,
  };
}

const value: Readonly<Record<Exclude<Sort['by'], 'name'>, (item: ContentItem) => number>> = {
  id: (item) => item.number,
  date: (item) => item.modifiedAt,
  size: (item) => item.size,
};

/** The type stays the first attribute, whatever the second. @param children in Box's default order: type, then name. */
export function sortedItems(children: readonly ContentItem[], { by, direction }: Sort): readonly ContentItem[] {
  if (by === 'name' && direction === 'ASC') return children;
  const turn = direction === 'ASC' ? 1 : -1;
  const types = ['folder', 'file', 'web_link'] as const;
  return types.flatMap((type) => {
    const alike = children.filter((item) => item.type === type);
    if (by === 'name') return alike.reverse();
    return alike.sort((one, other) => turn * (value[by](one) - value[by](other)));
  });
}
