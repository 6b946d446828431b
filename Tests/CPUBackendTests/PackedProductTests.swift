import Arrays
import CPUBackend
import ReferenceBackend
import Testing

/// [m, k] · [k, n].
struct PackedCase: Sendable, CustomTestStringConvertible {
  let m: Int
  let k: Int
  let n: Int

  init(_ m: Int, _ k: Int, _ n: Int) { (self.m, self.k, self.n) = (m, k, n) }

  var testDescription: String { "\(m)×\(k)·\(k)×\(n)" }

  static let all = [
    PackedCase(1, 1, 1), PackedCase(1, 130, 257), PackedCase(4, 2, 4), PackedCase(3, 0, 5),
    PackedCase(0, 3, 5), PackedCase(3, 4, 0), PackedCase(7, 19, 33), PackedCase(13, 64, 96),
    PackedCase(65, 67, 70), PackedCase(96, 30, 64), PackedCase(49, 800, 31),
    PackedCase(200, 33, 64), PackedCase(130, 300, 530), PackedCase(300, 64, 700),
    PackedCase(40, 5000, 24), PackedCase(1, 9000, 130), PackedCase(1, 1100, 600),
    PackedCase(32, 256, 400),
  ]

  /// Those that are cut into several blocks, or stretches of their sums.
  static let large = all.filter { $0.m * $0.k * $0.n > 1 << 20 }
}

/// How an operand or a result of a packed product lies in memory.
enum LeftOrder: CaseIterable, Sendable {
  case rows, paddedRows, columns, everySecond

  func layout(_ m: Int, _ k: Int) -> Layout {
    let strides =
      switch self {
      case .rows: [k, 1]
      case .paddedRows: [k + 5, 1]
      case .columns: [1, m]
      case .everySecond: [2 * k + 1, 2]
      }
    return Layout(shape: [m, k], strides: strides)
  }
}

enum RightOrder: CaseIterable, Sendable {
  case packed, rows, paddedRows, transposed, paddedTransposed, packedTranspose

  var order: PlainOrder? {
    switch self {
    case .packed, .packedTranspose: nil
    case .rows, .paddedRows: .rowMajor(stride: 0)
    case .transposed, .paddedTransposed: .transposed(stride: 0)
    }
  }
}

enum ResultOrder: CaseIterable, Sendable {
  case rows, paddedRows, packed
}

/// What a result begins with.
enum ResultStart: CaseIterable, Sendable {
  case nothing, bias, ownValues
}

/// A float32 product, its memory and what it should give.
struct PackedTrial {
  let c: PackedCase
  let a: NDArray
  let b: NDArray
  let bias: NDArray
  let product: PackedProduct
  let start: ResultStart
  /// The right operand as the product wants it.
  let right: [Float]
  let resultOrder: ResultOrder

  init(
    _ c: PackedCase, _ left: LeftOrder = .rows, _ right: RightOrder = .packed,
    _ result: ResultOrder = .rows, _ start: ResultStart = .nothing
  ) {
    self.c = c
    self.start = start
    resultOrder = result
    a = array(left.layout(c.m, c.k), seed: 1)
    let isTransposed = [.transposed, .paddedTransposed, .packedTranspose].contains(right)
    let gap = right == .paddedRows || right == .paddedTransposed ? 3 : 0
    let stride = (isTransposed ? c.k : c.n) + gap
    b = array(
      Layout(shape: [c.k, c.n], strides: isTransposed ? [1, stride] : [stride, 1]), seed: 2)
    bias = array(Layout(contiguous: [c.n]), seed: 3)
    let order: PlainOrder = isTransposed ? .transposed(stride: stride) : .rowMajor(stride: stride)
    let operand: PackedProduct.RightOperand
    switch right {
    case .packed:
      operand = .packed
      self.right = packed(PackedShape(depth: c.k, columns: c.n), b, order)
    case .packedTranspose:
      operand = .packedTranspose
      // b's memory is its transpose in row-major order.
      self.right = packed(PackedShape(depth: c.n, columns: c.k), b, .rowMajor(stride: stride))
    default:
      operand = .plain(order)
      self.right = memory(b)
    }
    product = PackedProduct(
      m: c.m, n: c.n, k: c.k, aStrides: (a.strides[0], a.strides[1]), b: operand,
      c: result == .packed ? .packed : .rowMajor(stride: result == .rows ? c.n : c.n + 7),
      accumulates: start == .ownValues)
  }

  private var rowStride: Int { resultOrder == .rows ? c.n : c.n + 7 }
  private var resultShape: PackedShape { PackedShape(depth: c.m, columns: c.n) }

  private var resultCount: Int {
    resultOrder == .packed ? resultShape.count : c.m * rowStride
  }

  /// Where element (i, j) of the result is.
  private func place(_ i: Int, _ j: Int) -> Int {
    if resultOrder != .packed { return i * rowStride + j }
    let width = resultShape.panelWidth
    return j / width * resultShape.panelStride + i * width + j % width
  }

  /// The result's memory after a run; `epilogue` gets it too.
  func run(
    epilogue: ((UnsafeMutablePointer<Float>, PackedProduct.Block) -> Void)? = nil
  ) -> [Float] {
    var result = [Float](repeating: 0.5, count: resultCount)
    if resultOrder == .packed {
      // What fills up a packed matrix is zero.
      for index in result.indices { result[index] = 0 }
      for i in 0..<c.m { for j in 0..<c.n { result[place(i, j)] = 0.5 } }
    }
    let scratch = Storage(byteCount: product.scratchByteCount)
    withExtendedLifetime((a, b, bias, scratch)) {
      result.withUnsafeMutableBufferPointer { result in
        let target = result.baseAddress ?? scratch.pointer.assumingMemoryBound(to: Float.self)
        right.withUnsafeBufferPointer { right in
          product.run(
            a: a.pointer(as: Float.self), b: right.baseAddress ?? UnsafePointer(target), c: target,
            bias: start == .bias ? bias.pointer(as: Float.self) : nil, scratch: scratch.pointer,
            epilogue: epilogue.map { epilogue in { epilogue(target, $0) } })
        }
      }
    }
    return result
  }

  /// How far a run's memory is from what it should be; infinite where anything else was written.
  func error(of memory: [Float]) -> Double {
    let output = NDArray(uninitialized: Layout(contiguous: [c.m, c.n]), .float32)
    ReferenceBackend().matmul(a, b, bias: start == .bias ? bias : nil, into: output)
    let sums = output.elements
    var rest = memory
    var largest = 0.0
    for i in 0..<c.m {
      for j in 0..<c.n {
        let expected = sums[i * c.n + j] + (start == .ownValues ? 0.5 : 0)
        largest = max(largest, abs(Double(memory[place(i, j)]) - expected))
        if !memory[place(i, j)].isFinite { return .infinity }
        rest[place(i, j)] = resultOrder == .packed ? 0 : 0.5
      }
    }
    return rest.allSatisfy { $0 == (resultOrder == .packed ? 0 : 0.5) } ? largest : .infinity
  }

  var allowed: Double { 2 * tolerance(.float32, terms: c.k) }
}

/// The memory of an array from its first element on.
func memory(_ array: NDArray) -> [Float] {
  if array.count == 0 { return [] }
  let reach = zip(array.strides, array.shape.lengths).reduce(1) { $0 + $1.0 * ($1.1 - 1) }
  return withExtendedLifetime(array) {
    Array(UnsafeBufferPointer(start: array.pointer(as: Float.self), count: reach))
  }
}

func packed(_ shape: PackedShape, _ array: NDArray, _ order: PlainOrder) -> [Float] {
  var result = [Float](repeating: .nan, count: shape.count)
  withExtendedLifetime(array) {
    result.withUnsafeMutableBufferPointer { result in
      guard let target = result.baseAddress else { return }
      shape.pack(array.pointer(as: Float.self), order, into: target)
    }
  }
  return result
}

@Suite(.onEveryProcessor) struct PackedProductTests {
  @Test(arguments: PackedCase.all, LeftOrder.allCases)
  func leftOperandInAnyOrder(_ c: PackedCase, _ order: LeftOrder) {
    let trial = PackedTrial(c, order, .packed, .paddedRows, .bias)
    #expect(trial.error(of: trial.run()) <= trial.allowed)
  }

  @Test(arguments: PackedCase.all, RightOrder.allCases)
  func rightOperandInAnyOrder(_ c: PackedCase, _ order: RightOrder) {
    let trial = PackedTrial(c, .columns, order, .rows, .bias)
    #expect(trial.error(of: trial.run()) <= trial.allowed)
  }

  @Test(arguments: ResultOrder.allCases, ResultStart.allCases)
  func resultInAnyOrder(_ order: ResultOrder, _ start: ResultStart) {
    for c in PackedCase.all {
      let trial = PackedTrial(c, .rows, .rows, order, start)
      #expect(trial.error(of: trial.run()) <= trial.allowed, "\(c.testDescription)")
    }
  }

  @Test(arguments: PackedCase.large, RightOrder.allCases)
  func sameBitsForEveryNumberOfThreads(_ c: PackedCase, _ order: RightOrder) {
    let trial = PackedTrial(c, .columns, order, .packed, .bias)
    let results = withThreadCounts { trial.run() }
    #expect(results.allSatisfy { $0 == results[0] })
  }

  /// The epilogue sees each element once, and finished: doubling is seen in the result.
  @Test(arguments: PackedCase.all)
  func epilogueFinishesEveryBlock(_ c: PackedCase) {
    let trial = PackedTrial(c)
    let plain = trial.run()
    let doubled = trial.run { result, block in
      for i in block.rows { for j in block.columns { result[i * c.n + j] *= 2 } }
    }
    #expect(doubled == plain.map { 2 * $0 })
  }
}
