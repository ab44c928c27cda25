/** The Cholesky factor of a covariance, and the squared length of a vector measured by it (Mahalanobis). Rows lie one after the other. */

/**
 * The lower triangle L with L Lᵀ = `matrix`, which is symmetric. What is not positive because of rounding, or because a
 * sensor never moved, is taken as `floor`.
 */
export function choleskyOf(matrix: Float64Array, size: number, floor: number): Float64Array {
  const factor = new Float64Array(size * size);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column <= row; column++) {
      let rest = matrix[row * size + column] as number;
      for (let place = 0; place < column; place++)
        rest -= (factor[row * size + place] as number) * (factor[column * size + place] as number);
      factor[row * size + column] =
        row === column ? Math.sqrt(Math.max(rest, floor)) : rest / (factor[column * size + column] as number);
    }
  }
  return factor;
}

/** xᵀ (L Lᵀ)⁻¹ x, by forward substitution. */
export function squaredLength(vector: Float64Array, factor: Float64Array): number {
  const size = vector.length;
  const solved = new Float64Array(size);
  let sum = 0;
  for (let row = 0; row < size; row++) {
    let rest = vector[row] as number;
    for (let place = 0; place < row; place++)
      rest -= (factor[row * size + place] as number) * (solved[place] as number);
    const value = rest / (factor[row * size + row] as number);
    solved[row] = value;
    sum += value * value;
  }
  return sum;
}
