import Arrays
import CKernels
import CPUBackend
import ReferenceBackend
import Testing

let cpu = CPUBackend()
let reference = ReferenceBackend()

/// The ways in which an operand may lie in memory.
enum Arrangement: CaseIterable, Sendable {
  case contiguous, transposed, reversed, broadcast, channelsLast, offset

  /// An array of this shape with numbers from a fixed stream in [−3, 3).
  func array(_ shape: Shape, seed: UInt64 = 1, _ dataType: DataType = .float32) -> NDArray {
    switch self {
    case .contiguous: return numbers(shape, seed, dataType)
    case .transposed:
      let flipped = numbers(Shape(shape.lengths.reversed()), seed, dataType)
      return flipped.view(Layout(shape: shape, strides: flipped.strides.reversed()))
    case .reversed:
      let array = numbers(shape, seed, dataType)
      guard shape.rank > 0, shape.elementCount > 0 else { return array }
      let last = shape.rank - 1
      var strides = array.strides
      strides[last] = -strides[last]
      return array.view(Layout(shape: shape, strides: strides, offset: shape[last] - 1))
    case .broadcast:
      guard shape.rank > 0 else { return numbers(shape, seed, dataType) }
      var small = shape
      small[shape.rank / 2] = 1
      let array = numbers(small, seed, dataType)
      var strides = array.strides
      strides[shape.rank / 2] = 0
      return array.view(Layout(shape: shape, strides: strides))
    case .channelsLast:
      let array = numbers(shape, seed, dataType)
      guard shape.rank >= 3 && shape.rank <= 5 else { return array }
      return array.view(Layout(channelsLast: shape))
    case .offset:
      let array = numbers(Shape([shape.elementCount + 3]), seed, dataType)
      return array.view(
        Layout(shape: shape, strides: Layout.rowMajorStrides(shape), offset: 3))
    }
  }
}

/// A contiguous array of numbers in [−3, 3) (whole ones for integers) from a fixed stream.
func numbers(_ shape: Shape, _ seed: UInt64, _ dataType: DataType) -> NDArray {
  let wide = NDArray(uninitialized: Layout(contiguous: shape), .float32)
  let pointer = wide.pointer(as: Float.self)
  var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
  for i in 0..<wide.count {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    pointer[i] = Float(state >> 40) * 0x1p-24 * 6 - 3
  }
  if dataType == .float32 { return wide }
  let array = NDArray(uninitialized: Layout(contiguous: shape), dataType)
  reference.copy(wide, into: array)
  return array
}

/// Whole numbers in 0 ..< `limit`.
func indices(_ shape: Shape, below limit: Int, seed: UInt64 = 7) -> NDArray {
  let array = NDArray(uninitialized: Layout(contiguous: shape), .int64)
  var state = seed
  for i in 0..<array.count {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    array.pointer(as: Int64.self)[i] = Int64(state >> 33) % Int64(limit)
  }
  return array
}

/// A fresh array of this shape, row-major or channels-last.
func result(
  _ shape: Shape, _ dataType: DataType = .float32, isChannelsLast: Bool = false
) -> NDArray {
  let isChannelsLast = isChannelsLast && shape.rank >= 3 && shape.rank <= 5
  return NDArray(
    uninitialized: isChannelsLast ? Layout(channelsLast: shape) : Layout(contiguous: shape),
    dataType)
}

/// The elements in row-major order, as float64.
func values(_ array: NDArray) -> [Double] {
  let wide = NDArray(uninitialized: Layout(contiguous: array.shape), .float64)
  reference.copy(array, into: wide)
  return withExtendedLifetime(wide) {
    Array(UnsafeBufferPointer(start: wide.pointer(as: Double.self), count: wide.count))
  }
}

/// Runs `body` on both backends into fresh results and compares them within
/// `tolerance` · max(1, |expected|); then again for 1, 2 and 3 threads, which must give the same
/// bits.
func expectAgreement(
  _ what: @autoclosure () -> String, tolerance: Double = 2e-6,
  _ body: (any Backend) -> [NDArray], sourceLocation: SourceLocation = #_sourceLocation
) {
  let expected = body(reference).map(values)
  var first: [[Double]] = []
  let size = ThreadTeam.size
  defer { ThreadTeam.size = size }
  for threads in 1...3 {
    ThreadTeam.size = threads
    let found = body(cpu).map(values)
    if threads == 1 {
      first = found
      for (found, expected) in zip(found, expected) {
        if let message = difference(found, expected, tolerance) {
          Issue.record(
            "\(what()), level \(kernel_processor_level()): \(message)",
            sourceLocation: sourceLocation)
        }
      }
    }
    let isSame = zip(found, first).allSatisfy { found, first in
      zip(found, first).allSatisfy { $0.bitPattern == $1.bitPattern }
    }
    if !isSame {
      Issue.record(
        "\(what()): \(threads) threads give other bits than 1", sourceLocation: sourceLocation)
    }
  }
}

/// The worst element, nil when all are close; NaN is close to NaN alone.
func difference(_ found: [Double], _ expected: [Double], _ tolerance: Double) -> String? {
  if found.count != expected.count { return "\(found.count) elements, not \(expected.count)" }
  for i in found.indices {
    let (x, y) = (found[i], expected[i])
    if x == y || x.isNaN && y.isNaN { continue }
    if abs(x - y) <= tolerance * max(1, abs(y)) { continue }
    return "element \(i) is \(x), not \(y)"
  }
  return nil
}

let shapes: [Shape] = [
  [], [0], [1], [7], [4, 5], [2, 0, 3], [2, 3, 4], [1, 6, 1], [2, 3, 4, 5], [2, 16, 5, 3],
  [70_000], [300, 257], [3, 8, 60, 70],
]
