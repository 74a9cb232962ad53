import type { components } from "../../api/schema";

export type Book = components["schemas"]["PriceVersionView"];

// What the parts of this view share: the corrections in force, and their ETag for changes.
export type BookProps = { book: Book; tag: string | null; onDone: (text: string | null) => void };
