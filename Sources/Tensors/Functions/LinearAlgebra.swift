import Arrays

/// The matrix product by NumPy's rule: […, m, k] · […, k, n] → […, m, n], batch axes broadcast; a
/// vector on the left is a row, on the right a column, and its axis disappears again.
public func matmul(_ x: Tensor, _ y: Tensor) -> Tensor {
  if x.rank == 0 || y.rank == 0 {
    stop("matmul: \(x.shape) and \(y.shape): both need at least one axis; multiply with *")
  }
  if x.rank == 1 {
    let product = matmul(x.unsqueezed(0), y)
    return product.squeezed(y.rank == 1 ? -1 : -2)
  }
  if y.rank == 1 { return matmul(x, y.unsqueezed(1)).squeezed(-1) }
  if x.rank == 2 && y.rank == 2 { return apply(MatmulPrimitive(), [x, y]) }
  if x.shape[x.rank - 1] == y.shape[y.rank - 2], y.rank == 2 {
    // One product instead of a batch of them.
    let rows = x.reshaped(
      to: [x.shape.lengths.dropLast().reduce(1, *), x.shape[x.rank - 1]])
    let product = apply(MatmulPrimitive(), [rows, y])
    return product.reshaped(to: Shape(x.shape.lengths.dropLast() + [y.shape[1]]))
  }
  let batches = (
    Shape(Array(x.shape.lengths.dropLast(2))), Shape(Array(y.shape.lengths.dropLast(2)))
  )
  guard let batch = batches.0.broadcast(with: batches.1) else {
    stop("matmul", "batch axes \(batches.0) and \(batches.1) do not broadcast", at: x, y)
  }
  return apply(
    MatmulPrimitive(),
    [
      x.expanded(to: Shape(batch.lengths + x.shape.lengths.suffix(2))),
      y.expanded(to: Shape(batch.lengths + y.shape.lengths.suffix(2))),
    ])
}

/// x · Wᵀ + b over the last axis: [in] → [out] for W [out, in] and b [out], any leading axes.
public func linear(_ x: Tensor, weight: Tensor, bias: Tensor? = nil) -> Tensor {
  func operands(_ x: Tensor) -> [Tensor] {
    if let bias { return [x, weight, bias] }
    return [x, weight]
  }
  if x.rank == 2 { return apply(LinearPrimitive(), operands(x)) }
  guard weight.rank == 2, x.rank >= 1, x.shape[x.rank - 1] == weight.shape[1] else {
    stop(
      "linear",
      "input \(x.shape) does not fit weight \(weight.shape): it takes "
        + "[…, \(weight.rank == 2 ? String(weight.shape[1]) : "in")] and [out, in]",
      at: x, weight, bias)
  }
  let rows = x.reshaped(to: [x.shape.lengths.dropLast().reduce(1, *), weight.shape[1]])
  return apply(LinearPrimitive(), operands(rows))
    .reshaped(to: Shape(x.shape.lengths.dropLast() + [weight.shape[0]]))
}

extension Tensor {
  /// The matrix product: see `matmul(_:_:)`.
  public func matmul(_ other: Tensor) -> Tensor { Tensors.matmul(self, other) }

  /// The main diagonal of the last two axes.
  public func diagonal() -> Tensor {
    if rank < 2 { stop("diagonal: needs at least two axes, found \(shape)") }
    let (rows, columns) = (shape[rank - 2], shape[rank - 1])
    let size = Swift.min(rows, columns)
    let places = Tensor((0..<size).map { $0 * columns + $0 })
    let flat = reshaped(to: Shape(shape.lengths.dropLast(2) + [rows * columns]))
    return flat.take(places, along: -1)
  }

  /// The lower triangle of the last two axes, zero elsewhere: element (i, j) stays where
  /// j ≤ i + offset.
  public func lowerTriangle(offset: Int = 0) -> Tensor { triangle(offset, isLower: true) }

  /// The upper triangle of the last two axes, zero elsewhere: element (i, j) stays where
  /// j ≥ i + offset.
  public func upperTriangle(offset: Int = 0) -> Tensor { triangle(offset, isLower: false) }

  private func triangle(_ offset: Int, isLower: Bool) -> Tensor {
    if rank < 2 { stop("triangle: needs at least two axes, found \(shape)") }
    let rows = Tensor.range(0..<shape[rank - 2]).unsqueezed(1) + Double(offset)
    let columns = Tensor.range(0..<shape[rank - 1])
    return `where`(isLower ? columns .<= rows : columns .>= rows, self, 0)
  }
}
