/** Inner products of rows with vectors in groups of four: two rows at a time share what is loaded of the vectors. */
export function products(
  matrix: Float64Array,
  size: number,
  rows: Float64Array,
  count: number,
  out: Float64Array,
  stride: number,
): void {
  let r = 0;
  for (; r + 2 <= count; r += 2) {
    for (let v = 0; v < stride; v += 4)
      pair(matrix, v * size, size, rows, r * size, out, r * stride + v, stride);
  }
  for (; r < count; r++) {
    for (let v = 0; v < stride; v += 4) single(matrix, v * size, size, rows, r * size, out, r * stride + v);
  }
}

function pair(
  matrix: Float64Array,
  from: number,
  size: number,
  rows: Float64Array,
  x: number,
  out: Float64Array,
  to: number,
  stride: number,
): void {
  let a0 = 0;
  let a1 = 0;
  let a2 = 0;
  let a3 = 0;
  let b0 = 0;
  let b1 = 0;
  let b2 = 0;
  let b3 = 0;
  const y = x + size;
  for (let i = 0, at = from; i < size; i++, at += 4) {
    const a = rows[x + i] as number;
    const b = rows[y + i] as number;
    const m0 = matrix[at] as number;
    const m1 = matrix[at + 1] as number;
    const m2 = matrix[at + 2] as number;
    const m3 = matrix[at + 3] as number;
    a0 += a * m0;
    a1 += a * m1;
    a2 += a * m2;
    a3 += a * m3;
    b0 += b * m0;
    b1 += b * m1;
    b2 += b * m2;
    b3 += b * m3;
  }
  out[to] = a0;
  out[to + 1] = a1;
  out[to + 2] = a2;
  out[to + 3] = a3;
  out[to + stride] = b0;
  out[to + stride + 1] = b1;
  out[to + stride + 2] = b2;
  out[to + stride + 3] = b3;
}

function single(
  matrix: Float64Array,
  from: number,
  size: number,
  rows: Float64Array,
  x: number,
  out: Float64Array,
  to: number,
): void {
  let a0 = 0;
  let a1 = 0;
  let a2 = 0;
  let a3 = 0;
  for (let i = 0, at = from; i < size; i++, at += 4) {
    const a = rows[x + i] as number;
    a0 += a * (matrix[at] as number);
    a1 += a * (matrix[at + 1] as number);
    a2 += a * (matrix[at + 2] as number);
    a3 += a * (matrix[at + 3] as number);
  }
  out[to] = a0;
  out[to + 1] = a1;
  out[to + 2] = a2;
  out[to + 3] = a3;
}
