import Arrays
import CPUBackend

/// Numbers for tests: the same on every run, uniform in (−1, 1), by SplitMix64 (Steele, Lea and
/// Flood 2014).
func numbers(_ count: Int, seed: Int) -> [Float] {
  var state = UInt64(seed) << 32
  return (0..<count).map { _ in
    state &+= 0x9E37_79B9_7F4A_7C15
    var bits = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
    return Float(Int32(truncatingIfNeeded: (bits ^ (bits >> 31)) >> 32)) / 2_147_483_904
  }
}

/// How far a sum of so many products of `numbers` may be from the true one: rounding errors of a
/// sum in sequence grow with the number of terms and with the size of the sum so far.
func tolerance(_ dataType: DataType, terms: Int) -> Double {
  let size = Double(terms)
  switch dataType {
  case .float64: return 1e-16 * size + 1e-15
  case .float32: return 1e-7 * size + 4e-6
  // Operands and results are rounded, sums are float32.
  case .float16: return 1e-3 * size.squareRoot() + 1e-3
  default: return 8e-3 * size.squareRoot() + 8e-3
  }
}

/// An array of `shape` whose storage has `layout`; every element is taken from `numbers`.
func array(_ layout: Layout, _ dataType: DataType = .float32, seed: Int) -> NDArray {
  var reach = layout.offset + 1
  for axis in 0..<layout.rank where layout.shape[axis] > 0 {
    reach += max(0, layout.strides[axis]) * (layout.shape[axis] - 1)
  }
  let base = NDArray(uninitialized: Layout(contiguous: [reach]), dataType)
  for (i, value) in numbers(reach, seed: seed).enumerated() { base.set(i, Double(value)) }
  return base.view(layout)
}

extension NDArray {
  /// Where the memory begins, whatever the layout's offset.
  private var memory: UnsafeMutableRawPointer {
    rawPointer - layout.offset * dataType.byteCount
  }

  /// The number at a place of the memory.
  func at(_ place: Int) -> Double {
    switch dataType {
    case .float32: Double(memory.assumingMemoryBound(to: Float.self)[place])
    case .float64: memory.assumingMemoryBound(to: Double.self)[place]
    case .float16: Double(memory.assumingMemoryBound(to: Float16.self)[place])
    case .bfloat16: Double(memory.assumingMemoryBound(to: BFloat16.self)[place].float)
    default: stop("a test asked for \(dataType)")
    }
  }

  func set(_ place: Int, _ value: Double) {
    switch dataType {
    case .float32: memory.assumingMemoryBound(to: Float.self)[place] = Float(value)
    case .float64: memory.assumingMemoryBound(to: Double.self)[place] = value
    case .float16: memory.assumingMemoryBound(to: Float16.self)[place] = Float16(value)
    case .bfloat16:
      memory.assumingMemoryBound(to: BFloat16.self)[place] = BFloat16(Float(value))
    default: stop("a test asked for \(dataType)")
    }
  }

  /// The elements in row-major order.
  var elements: [Double] {
    (0..<count).map { index in
      var rest = index
      var place = layout.offset
      for axis in stride(from: rank - 1, through: 0, by: -1) {
        place += rest % shape[axis] * strides[axis]
        rest /= shape[axis]
      }
      return at(place)
    }
  }
}

/// The largest difference between two lists of numbers; infinite where their lengths differ or a
/// number is not finite.
func largestDifference(_ a: [Double], _ b: [Double]) -> Double {
  guard a.count == b.count else { return .infinity }
  var largest = 0.0
  for (x, y) in zip(a, b) {
    let difference = abs(x - y)
    if !difference.isFinite { return .infinity }
    largest = max(largest, difference)
  }
  return largest
}

/// The results of `body` with 1, 2 and 3 threads.
///
/// The number of threads belongs to the process, so that other tests may run with it too: none
/// of them depends on it.
func withThreadCounts<Result>(_ body: () -> Result) -> [Result] {
  let before = ThreadTeam.size
  defer { ThreadTeam.size = before }
  return [1, 2, 3].map { threads in
    ThreadTeam.size = threads
    return body()
  }
}
