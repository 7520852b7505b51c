/** What every paged answer carries beside its rows. */
export interface Listing {
  readonly RequestId: string;
  readonly PageNumber: number;
  readonly PageSize: number;
  readonly TotalCount: number;
}

export interface PageQuery {
  /** Counted from 1. */
  readonly PageNumber: number;
  readonly PageSize: number;
}

const PAGE_SIZE = 100;

/** A row that moves between two pages while they are read may be missed or seen twice: as every paged list. */
export async function allPages<T>(
  read: (page: PageQuery) => Promise<{ listing: Listing; items: T[] | undefined }>,
): Promise<{ requestId: string; items: T[] }> {
  const items: T[] = [];
  for (let number = 1; ; number++) {
    const answer = await read({ PageNumber: number, PageSize: PAGE_SIZE });
    const found = answer.items ?? [];
    items.push(...found);
    if (found.length === 0 || items.length >= answer.listing.TotalCount) {
      return { requestId: answer.listing.RequestId, items };
    }
  }
}
