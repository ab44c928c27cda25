/** A scope of a process as the layout sees it: boxes of a known size, and arrows between them. */

export type Box = { readonly id: string; readonly width: number; readonly height: number };
export type Arrow = {
  readonly from: string;
  readonly to: string;
  /** Room for its label, just behind where it starts. */
  readonly labelWidth?: number;
};
export type Point = { readonly x: number; readonly y: number };

/** Arrows come back from the layout as they went in, with whatever else they carry. */
export type Graph<A extends Arrow = Arrow> = { readonly boxes: readonly Box[]; readonly arrows: readonly A[] };
