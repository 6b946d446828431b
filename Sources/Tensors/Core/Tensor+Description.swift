import Arrays

extension Tensor: CustomStringConvertible {
  /// The numbers in nested brackets, aligned, four digits after the point where they are not whole;
  /// tensors of more than 1,000 elements show the first and last three of each axis.
  public var description: String {
    if isTraced { return "\(dataType) \(shape), computed when the compiled step runs" }
    var printer = TensorPrinter(self)
    return printer.text()
  }
}

extension Tensor: CustomDebugStringConvertible {
  /// `Tensor(float32 [2, 3])` before the numbers.
  public var debugDescription: String { "Tensor(\(dataType) \(shape))\n\(description)" }
}

/// Lays out a tensor's numbers for reading.
private struct TensorPrinter {
  private static let summaryThreshold = 1000
  private static let edge = 3

  private let shape: Shape
  private let isShortened: Bool
  private var words: [String] = []
  private var width = 0
  private var next = 0

  init(_ tensor: Tensor) {
    shape = tensor.shape
    isShortened = tensor.count > TensorPrinter.summaryThreshold
    var visible = tensor.detached()
    if isShortened {
      for axis in shape.indices where shape[axis] > 2 * TensorPrinter.edge {
        visible = concatenate(
          [
            visible.prefix(TensorPrinter.edge, along: axis),
            visible.suffix(TensorPrinter.edge, along: axis),
          ], along: axis)
      }
    }
    words = TensorPrinter.words(visible)
    width = words.reduce(0) { max($0, $1.count) }
  }

  private static func words(_ tensor: Tensor) -> [String] {
    if tensor.dataType == .bool { return tensor.scalars(as: Bool.self).map(String.init) }
    if tensor.dataType.isInteger { return tensor.scalars(as: Int64.self).map(String.init) }
    let numbers = tensor.scalars(as: Double.self)
    let finite = numbers.filter(\.isFinite)
    if finite.allSatisfy({ $0 == $0.rounded() && Swift.abs($0) < 1e8 }) {
      return numbers.map { $0.isFinite ? String(Int64($0)) + "." : word($0) }
    }
    let largest = finite.reduce(0) { max($0, Swift.abs($1)) }
    let smallest = finite.reduce(Double.infinity) { $1 == 0 ? $0 : min($0, Swift.abs($1)) }
    let isScientific = largest >= 1e8 || smallest < 1e-4 || largest / smallest > 1e6
    return numbers.map {
      !$0.isFinite ? word($0) : isScientific ? scientific($0) : fixed($0)
    }
  }

  private static func word(_ number: Double) -> String {
    number.isNaN ? "nan" : number < 0 ? "-inf" : "inf"
  }

  private static func fixed(_ number: Double) -> String {
    let scaled = (Swift.abs(number) * 10_000).rounded()
    let whole = Int64(scaled / 10_000)
    let fraction = String(Int64(scaled) - whole * 10_000)
    let sign = number < 0 && scaled > 0 ? "-" : ""
    return sign + String(whole) + "." + String(repeating: "0", count: 4 - fraction.count) + fraction
  }

  private static func scientific(_ number: Double) -> String {
    if number == 0 { return "0.0000e+00" }
    var exponent = 0
    var mantissa = Swift.abs(number)
    while mantissa >= 10 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
    while mantissa < 1 { (mantissa, exponent) = (mantissa * 10, exponent - 1) }
    var digits = fixed(mantissa)
    if digits.hasPrefix("10") { (digits, exponent) = ("1.0000", exponent + 1) }
    let power = String(Swift.abs(exponent))
    return (number < 0 ? "-" : "") + digits + "e" + (exponent < 0 ? "-" : "+")
      + String(repeating: "0", count: max(0, 2 - power.count)) + power
  }

  mutating func text() -> String {
    next = 0
    return shape.rank == 0 ? words[0] : block(axis: 0)
  }

  private mutating func block(axis: Int) -> String {
    let length = shape[axis]
    let cut = isShortened && length > 2 * TensorPrinter.edge
    let shown = cut ? 2 * TensorPrinter.edge : length
    var parts: [String] = []
    for place in 0..<shown {
      if cut && place == TensorPrinter.edge { parts.append("...") }
      if axis == shape.rank - 1 {
        parts.append(String(repeating: " ", count: width - words[next].count) + words[next])
        next += 1
      } else {
        parts.append(block(axis: axis + 1))
      }
    }
    if axis == shape.rank - 1 { return "[" + parts.joined(separator: ", ") + "]" }
    let gap = String(repeating: "\n", count: shape.rank - 1 - axis)
    return "[" + parts.joined(separator: "," + gap + String(repeating: " ", count: axis + 1)) + "]"
  }
}
