import Arrays

extension ReferenceBackend {
  package func matmul(_ a: NDArray, _ b: NDArray, bias: NDArray?, into output: NDArray) {
    MatrixProduct(a: a, b: b, bias: bias, output: output).run(on: output.dataType)
  }
}

private struct MatrixProduct: ElementPass {
  let a: NDArray
  let b: NDArray
  let bias: NDArray?
  let output: NDArray

  func run<E: Element>(_ type: E.Type) {
    let batchRank = output.rank - 2
    if output.count == 0 { return }
    let columns = output.shape[batchRank + 1]
    let row = Accumulators(Shape([columns]), initial: E.Wide.zero)
    let walk = Traversal(
      Shape(Array(output.shape.lengths.prefix(batchRank))), Array(a.strides.prefix(batchRank)),
      Array(b.strides.prefix(batchRank)), Array(output.strides.prefix(batchRank)))
    withExtendedLifetime(row) {
      walk.forEach { place in
        multiply(
          a.pointer(as: E.self) + place[0], b.pointer(as: E.self) + place[1],
          output.pointer(as: E.self) + place[2], row.values)
      }
    }
  }

  /// One matrix, a row of the result at a time: the row is the sum of b's rows times a's numbers.
  private func multiply<E: Element>(
    _ a: UnsafePointer<E>, _ b: UnsafePointer<E>, _ output: UnsafeMutablePointer<E>,
    _ row: UnsafeMutablePointer<E.Wide>
  ) {
    let axis = self.output.rank - 2
    let (rows, columns, depth) = (
      self.output.shape[axis], self.output.shape[axis + 1], self.a.shape[axis + 1]
    )
    let (aRow, aColumn) = (self.a.strides[axis], self.a.strides[axis + 1])
    let (bRow, bColumn) = (self.b.strides[axis], self.b.strides[axis + 1])
    let (outputRow, outputColumn) = (self.output.strides[axis], self.output.strides[axis + 1])
    for i in 0..<rows {
      for j in 0..<columns {
        row[j] = bias.map { $0.pointer(as: E.self)[j * $0.strides[0]].wide } ?? .zero
      }
      for k in 0..<depth {
        let factor = a[i * aRow + k * aColumn].wide
        for j in 0..<columns {
          row[j] = row[j].adding(factor.multiplied(by: b[k * bRow + j * bColumn].wide))
        }
      }
      for j in 0..<columns {
        output[i * outputRow + j * outputColumn] = E(narrowing: row[j])
      }
    }
  }
}
