import Myelin
import Testing

/// Expects every |actual − expected| ≤ absolute + relative · |expected|, and equal counts.
///
/// NaN agrees with NaN only, an infinity with itself only. A failure says how many elements
/// disagree and shows the one furthest beyond what is allowed, with its indices in `shape`.
public func expectClose(
  actual: [Float], expected: [Float], shape: Shape? = nil, absolute: Double = 1e-6,
  relative: Double = 1e-5, _ label: String = "", sourceLocation: SourceLocation = #_sourceLocation
) {
  if let message = disagreement(
    actual: actual, expected: expected, shape: shape, absolute: absolute, relative: relative)
  {
    Issue.record(
      Comment(rawValue: label.isEmpty ? message : "\(label): \(message)"),
      sourceLocation: sourceLocation)
  }
}

/// How `actual` disagrees with `expected`, nil where it does not.
func disagreement(
  actual: [Float], expected: [Float], shape: Shape?, absolute: Double, relative: Double
) -> String? {
  guard actual.count == expected.count else {
    return "\(actual.count) elements, where \(expected.count) are expected"
  }
  var count = 0
  var worst = (index: 0, excess: -Double.infinity)
  for index in actual.indices {
    let excess = beyond(actual[index], expected[index], absolute, relative)
    if excess > 0 {
      count += 1
      if excess > worst.excess { worst = (index, excess) }
    }
  }
  guard count > 0 else { return nil }
  let (a, e) = (actual[worst.index], expected[worst.index])
  let place = shape.map { "\(indices(of: worst.index, in: $0))" } ?? "[\(worst.index)]"
  let error = abs(Double(a) - Double(e))
  return """
    \(count) of \(actual.count) elements disagree; the worst at \(place): \(a), where \(e) is \
    expected: off by \(error), \(absolute + relative * abs(Double(e))) is allowed
    """
}

/// By how much the difference exceeds what is allowed; infinity where it cannot be measured.
private func beyond(_ actual: Float, _ expected: Float, _ absolute: Double, _ relative: Double)
  -> Double
{
  if actual.isNaN && expected.isNaN || actual == expected { return 0 }
  guard actual.isFinite, expected.isFinite else { return .infinity }
  let (a, e) = (Double(actual), Double(expected))
  return abs(a - e) - absolute - relative * abs(e)
}

private func indices(of position: Int, in shape: Shape) -> [Int] {
  var rest = position
  var indices: [Int] = []
  for length in shape.reversed() {
    indices.append(rest % max(length, 1))
    rest /= max(length, 1)
  }
  return indices.reversed()
}
