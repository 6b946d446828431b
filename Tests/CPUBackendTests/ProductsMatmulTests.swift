import Arrays
import CPUBackend
import Testing

/// How an operand of a matrix product lies in memory.
enum OperandOrder: CaseIterable, Sendable {
  case rowMajor, transposed, padded, paddedTransposed, everySecond, offset, reversedRows

  /// A layout of [batch…, rows, columns].
  func layout(batch: [Int], _ rows: Int, _ columns: Int, isShared: Bool) -> Layout {
    let (rowStride, columnStride, offset, size) =
      switch self {
      case .rowMajor: (columns, 1, 0, rows * columns)
      case .transposed: (1, rows, 0, rows * columns)
      case .padded: (columns + 5, 1, 0, rows * (columns + 5))
      case .paddedTransposed: (1, rows + 3, 0, columns * (rows + 3))
      case .everySecond: (2 * columns + 1, 2, 0, rows * (2 * columns + 1))
      case .offset: (columns, 1, 7, rows * columns)
      case .reversedRows: (-columns, 1, max(rows - 1, 0) * columns, rows * columns)
      }
    var strides = [Int](repeating: 0, count: batch.count)
    var step = size
    if !isShared {
      for axis in batch.indices.reversed() {
        strides[axis] = step
        step *= batch[axis]
      }
    }
    return Layout(
      shape: Shape(batch + [rows, columns]), strides: strides + [rowStride, columnStride],
      offset: offset)
  }
}

/// [batch…, m, k] · [batch…, k, n].
struct ProductCase: Sendable, CustomTestStringConvertible {
  var m: Int
  var k: Int
  var n: Int
  var batch: [Int] = []
  var sharesA = false
  var sharesB = false

  var testDescription: String {
    "\(batch)\(sharesA ? " one a" : "")\(sharesB ? " one b" : "") \(m)×\(k)·\(k)×\(n)"
  }

  static let all = [
    ProductCase(m: 1, k: 1, n: 1),
    ProductCase(m: 4, k: 2, n: 4),
    ProductCase(m: 5, k: 300, n: 3),
    ProductCase(m: 7, k: 19, n: 33),
    ProductCase(m: 1, k: 130, n: 257),
    ProductCase(m: 300, k: 77, n: 1),
    ProductCase(m: 1, k: 0, n: 5),
    ProductCase(m: 3, k: 0, n: 5),
    ProductCase(m: 0, k: 3, n: 5),
    ProductCase(m: 3, k: 4, n: 0),
    ProductCase(m: 65, k: 67, n: 70),
    ProductCase(m: 130, k: 300, n: 530),
    ProductCase(m: 40, k: 9000, n: 24),
    ProductCase(m: 3, k: 5, n: 4, batch: [6]),
    ProductCase(m: 3, k: 5, n: 4, batch: [2, 3], sharesA: true),
    ProductCase(m: 3, k: 0, n: 4, batch: [2, 3]),
    ProductCase(m: 33, k: 35, n: 37, batch: [2, 3]),
    ProductCase(m: 33, k: 35, n: 37, batch: [5], sharesA: true),
    ProductCase(m: 33, k: 35, n: 37, batch: [2, 3], sharesB: true),
    ProductCase(m: 1, k: 35, n: 1000, batch: [3], sharesB: true),
    ProductCase(m: 16, k: 20000, n: 24, batch: [2]),
  ]
}

/// Σ_p a · b (+ bias), in float64.
private func product(_ a: NDArray, _ b: NDArray, bias: NDArray?, _ c: ProductCase) -> [Double] {
  let left = a.elements
  let right = b.elements
  let added = bias?.elements
  let batches = c.batch.reduce(1, *)
  var result = [Double](repeating: 0, count: batches * c.m * c.n)
  for batch in 0..<batches {
    for i in 0..<c.m {
      for j in 0..<c.n {
        var sum = added?[j] ?? 0
        for p in 0..<c.k {
          sum += left[(batch * c.m + i) * c.k + p] * right[(batch * c.k + p) * c.n + j]
        }
        result[(batch * c.m + i) * c.n + j] = sum
      }
    }
  }
  return result
}

/// `matmul` of arrays made for a case; also returns what it should be.
private func multiply(
  _ c: ProductCase, _ aOrder: OperandOrder, _ bOrder: OperandOrder, _ dataType: DataType,
  hasBias: Bool
) -> (found: [Double], expected: [Double]) {
  let a = array(
    aOrder.layout(batch: c.batch, c.m, c.k, isShared: c.sharesA), dataType, seed: 1)
  let b = array(
    bOrder.layout(batch: c.batch, c.k, c.n, isShared: c.sharesB), dataType, seed: 2)
  let bias = hasBias ? array(Layout(shape: [c.n], strides: [2]), dataType, seed: 3) : nil
  let output = NDArray(
    uninitialized: Layout(contiguous: Shape(c.batch + [c.m, c.n])), dataType)
  CPUBackend().matmul(a, b, bias: bias, into: output)
  return (output.elements, product(a, b, bias: bias, c))
}

@Suite(.onEveryProcessor) struct ProductsMatmulTests {
  @Test(arguments: ProductCase.all, OperandOrder.allCases)
  func leftOperandInAnyOrder(_ c: ProductCase, _ order: OperandOrder) {
    let (found, expected) = multiply(c, order, .rowMajor, .float32, hasBias: true)
    #expect(largestDifference(found, expected) <= tolerance(.float32, terms: c.k))
  }

  @Test(arguments: ProductCase.all, OperandOrder.allCases)
  func rightOperandInAnyOrder(_ c: ProductCase, _ order: OperandOrder) {
    let (found, expected) = multiply(c, .rowMajor, order, .float32, hasBias: false)
    #expect(largestDifference(found, expected) <= tolerance(.float32, terms: c.k))
  }

  @Test(arguments: ProductCase.all, [DataType.float64, .float16, .bfloat16])
  func elementTypes(_ c: ProductCase, _ dataType: DataType) {
    let (found, expected) = multiply(c, .transposed, .paddedTransposed, dataType, hasBias: true)
    #expect(largestDifference(found, expected) <= tolerance(dataType, terms: c.k))
  }

  @Test(arguments: ProductCase.all, [DataType.float32, .float64])
  func sameBitsForEveryNumberOfThreads(_ c: ProductCase, _ dataType: DataType) {
    let results = withThreadCounts {
      multiply(c, .rowMajor, .transposed, dataType, hasBias: true).found
    }
    #expect(results.allSatisfy { $0 == results[0] })
  }

  @Test(arguments: ProductCase.all.filter { $0.batch.isEmpty && $0.n > 1 }, [false, true])
  func rowsOfTheResultApart(_ c: ProductCase, hasBias: Bool) {
    let a = array(Layout(contiguous: [c.m, c.k]), seed: 1)
    let b = array(Layout(contiguous: [c.k, c.n]), seed: 2)
    let bias = hasBias ? array(Layout(contiguous: [c.n]), seed: 3) : nil
    let room = array(Layout(contiguous: [c.m, c.n + 3]), seed: 4)
    let before = room.elements
    let output = room.view(Layout(shape: [c.m, c.n], strides: [c.n + 3, 1]))
    CPUBackend().matmul(a, b, bias: bias, into: output)
    let expected = product(a, b, bias: bias, c)
    #expect(largestDifference(output.elements, expected) <= tolerance(.float32, terms: c.k))
    let after = room.elements
    for place in after.indices where place % (c.n + 3) >= c.n {
      #expect(after[place] == before[place])
    }
  }

  @Test func integersWrap() {
    let a = NDArray(uninitialized: Layout(contiguous: [2, 2]), .int8)
    let output = NDArray(uninitialized: Layout(contiguous: [2, 2]), .int8)
    for (i, value) in [Int8(100), 2, -3, 4].enumerated() { a.pointer(as: Int8.self)[i] = value }
    CPUBackend().matmul(a, a, bias: nil, into: output)
    // 10000 − 6, 200 + 8, −300 − 12 and −6 + 16, modulo 256.
    #expect((0..<4).map { output.pointer(as: Int8.self)[$0] } == [10, -48, -56, 10])
  }

  @Test func notANumberStaysWhereItIs() {
    let a = array(Layout(contiguous: [3, 40]), seed: 1)
    let b = array(Layout(contiguous: [40, 50]), seed: 2)
    a.set(40, .nan)
    let output = NDArray(uninitialized: Layout(contiguous: [3, 50]), .float32)
    CPUBackend().matmul(a, b, bias: nil, into: output)
    let elements = output.elements
    #expect(elements[0..<50].allSatisfy { $0.isFinite })
    #expect(elements[50..<100].allSatisfy { $0.isNaN })
    #expect(elements[100...].allSatisfy { $0.isFinite })
  }
}
