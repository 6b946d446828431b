import Arrays
import Glibc

/// A number that may be another at each call of a compiled step without a plan of its own: a
/// learning rate, the count of steps. Elsewhere it is a `Double` with a little arithmetic.
///
/// Every other value of a tree that is no tensor is fixed in a plan, and a new value makes a new
/// plan.
public struct Number: Sendable, ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
  private var known: Double
  /// What stands for the number while `compile` traces: float64 [].
  private var traced: Tensor?

  /// A number that is known.
  public init(_ value: Double) { known = value }

  public init(floatLiteral value: Double) { known = value }

  public init(integerLiteral value: Int) { known = Double(value) }

  /// The only element of `tensor`, which may be traced; stops where it has another count.
  public init(_ tensor: Tensor) {
    if tensor.isTraced {
      if tensor.count != 1 {
        stop("Number: needs a tensor of one element, found shape \(tensor.shape)")
      }
      self.init(traced: tensor.detached().reshaped(to: []).to(.float64))
    } else {
      self.init(tensor.item())
    }
  }

  /// A number that a traced step will know: float64, without axes.
  package init(traced: Tensor) {
    known = .nan
    self.traced = traced
  }

  /// The number. While `compile` traces a step to which it was given it is not known, and asking
  /// for it stops the program.
  public var value: Double {
    if let traced { traced.requireNumbers(in: "Number.value") }
    return known
  }

  /// Whether the number is known now; not so while `compile` traces a step to which it was given.
  public var isKnown: Bool { traced == nil }

  /// Whether the number is known and is this one.
  public func isKnown(toBe value: Double) -> Bool { isKnown && known == value }

  /// A tensor without axes of this element type, which a compiled step computes at each call.
  public func tensor(_ dataType: DataType = .float64) -> Tensor {
    traced.map { $0.to(dataType) } ?? Tensor.full([], known, dataType)
  }

  private static func combine(
    _ x: Number, _ y: Number, _ known: (Double, Double) -> Double,
    _ traced: (Tensor, Tensor) -> Tensor
  ) -> Number {
    x.isKnown && y.isKnown
      ? Number(known(x.known, y.known)) : Number(traced: traced(x.tensor(), y.tensor()))
  }

  public static func + (x: Number, y: Number) -> Number { combine(x, y, +, +) }
  public static func - (x: Number, y: Number) -> Number { combine(x, y, -, -) }
  public static func * (x: Number, y: Number) -> Number { combine(x, y, *, *) }
  public static func / (x: Number, y: Number) -> Number { combine(x, y, /, /) }
  public static prefix func - (x: Number) -> Number { Number(0) - x }

  /// The square root.
  public func squareRoot() -> Number {
    traced.map { Number(traced: sqrt($0)) } ?? Number(known.squareRoot())
  }

  /// The smaller one.
  public static func minimum(_ x: Number, _ y: Number) -> Number {
    combine(x, y, Swift.min, Tensors.minimum)
  }

  /// The larger one.
  public static func maximum(_ x: Number, _ y: Number) -> Number {
    combine(x, y, Swift.max, Tensors.maximum)
  }

  /// xʸ, as the C library has it.
  public static func power(_ x: Number, _ y: Number) -> Number {
    combine(x, y, { Glibc.pow($0, $1) }, { pow($0, $1) as Tensor })
  }
}

extension Tensor {
  /// Every element times a number.
  public func scaled(by number: Number) -> Tensor {
    number.isKnown ? self * number.value : self * number.tensor(dataType)
  }
}

extension Number: TensorTree {
  public mutating func visitTensors(_ visitor: TensorVisitor) { visitor.visit(&self, name: "") }
}

extension Number: CustomStringConvertible {
  public var description: String {
    isKnown ? String(known) : "computed when the compiled step runs"
  }
}
