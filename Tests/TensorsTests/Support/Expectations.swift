import Arrays
import Tensors
import Testing

/// How far a result may be from what is expected: absolute + relative · the largest expected
/// magnitude (a sum's error goes with the size of its terms, not with that of what remains), or
/// that of each element.
struct Tolerance {
  var absolute: Double
  var relative: Double
  var isOfEach = false

  /// The same, relative to the magnitude of each element.
  var ofEach: Tolerance { Tolerance(absolute: absolute, relative: relative, isOfEach: true) }

  static let exact = Tolerance(absolute: 0, relative: 0)

  /// What rounding allows in a few dozen operations on numbers near 1.
  static func rounding(_ dataType: DataType) -> Tolerance {
    switch dataType {
    case .float64: Tolerance(absolute: 1e-12, relative: 1e-12)
    case .float32: Tolerance(absolute: 2e-6, relative: 1e-5)
    case .float16: Tolerance(absolute: 2e-3, relative: 4e-3)
    case .bfloat16: Tolerance(absolute: 2e-2, relative: 2e-2)
    default: .exact
    }
  }

  /// Several roundings of 16-bit intermediate results, or of float32 ones that cancel.
  static func loose(_ dataType: DataType) -> Tolerance {
    switch dataType {
    case .float64: Tolerance(absolute: 1e-10, relative: 1e-10)
    case .float32: Tolerance(absolute: 2e-5, relative: 1e-4)
    case .float16: Tolerance(absolute: 2e-2, relative: 3e-2)
    case .bfloat16: Tolerance(absolute: 0.15, relative: 0.15)
    default: .exact
    }
  }
}

/// Expects the shape and, within the tolerance, the numbers; NaN agrees with NaN only, an infinity
/// with itself only.
func expectTensor(
  _ actual: Tensor, _ shape: Shape, _ numbers: [Double], _ tolerance: Tolerance, _ label: String,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  if actual.shape != shape {
    Issue.record(
      "\(label): shape \(actual.shape), expected \(shape)", sourceLocation: sourceLocation)
    return
  }
  let found = actual.scalars(as: Double.self)
  if found.count != numbers.count {
    Issue.record(
      "\(label): \(found.count) numbers, expected \(numbers.count)",
      sourceLocation: sourceLocation)
    return
  }
  let largest = numbers.reduce(0) { $1.isFinite ? max($0, abs($1)) : $0 }
  func allowed(_ index: Int) -> Double {
    tolerance.absolute + tolerance.relative * (tolerance.isOfEach ? abs(numbers[index]) : largest)
  }
  let wrong = found.indices.filter { !agree(found[$0], numbers[$0], allowed($0)) }
  if let first = wrong.first {
    Issue.record(
      """
      \(label): \(wrong.count) of \(found.count) elements disagree; element \(first) is \
      \(found[first]), expected \(numbers[first]) within \(allowed(first))
      """, sourceLocation: sourceLocation)
  }
}

private func agree(_ found: Double, _ expected: Double, _ allowed: Double) -> Bool {
  if found.isNaN && expected.isNaN || found == expected { return true }
  return found.isFinite && expected.isFinite && abs(found - expected) <= allowed
}

/// Expects the shape, element type and, within the tolerance, the numbers of another tensor.
func expectTensor(
  _ actual: Tensor, like expected: Tensor, _ tolerance: Tolerance, _ label: String,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  if actual.dataType != expected.dataType {
    Issue.record(
      "\(label): \(actual.dataType), expected \(expected.dataType)",
      sourceLocation: sourceLocation)
  }
  expectTensor(
    actual, expected.shape, expected.scalars(as: Double.self), tolerance, label,
    sourceLocation: sourceLocation)
}

/// Runs `body` on the fast backend and on its oracle.
func onBothBackends(_ body: (String) throws -> Void) rethrows {
  try body("cpu")
  try ThreadState.withReferenceBackend { try body("reference") }
}
