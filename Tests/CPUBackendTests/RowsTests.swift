import Arrays
import Testing

@Suite(.onEveryProcessor)
struct RowsTests {
  @Test("softmax and log-softmax", arguments: RowOperation.allCases)
  func rows(_ operation: RowOperation) {
    for shape in [Shape([1]), [5], [0, 3], [3, 7], [4, 5, 33], [128, 10], [40, 5000]] {
      let input = Arrangement.contiguous.array(shape)
      let cotangent = Arrangement.contiguous.array(shape, seed: 2)
      let y = result(shape)
      reference.rows(operation, input, into: y)
      expectAgreement("\(operation) \(shape)") { backend in
        let output = result(shape), back = result(shape)
        backend.rows(operation, input, into: output)
        backend.rowsBackward(operation, result: y, cotangent: cotangent, into: back)
        return [output, back]
      }
    }
  }

  @Test("large logits do not overflow", arguments: RowOperation.allCases)
  func extremes(_ operation: RowOperation) {
    let input = result([4, 3])
    let rows: [Float] = [10_000, 0, -10_000, 10_000, 10_000, 9_999, -.infinity, 0, 1, 1, .nan, 2]
    for (i, value) in rows.enumerated() { input.pointer(as: Float.self)[i] = value }
    expectAgreement("\(operation)") { backend in
      let output = result([4, 3])
      backend.rows(operation, input, into: output)
      return [output]
    }
  }
}
