import Arrays

/// An element type as the reference backend sees it: it widens to compute and narrows to store.
protocol Element: Scalar {
  associatedtype Wide: WideNumber
  var wide: Wide { get }
  /// Rounded to nearest, or wrapped.
  init(narrowing wide: Wide)
  /// The conversion from any integer or bool: rounded once, wrapped, or ≠ 0.
  init(converting integer: Int64)
}

/// The four floating-point element types.
protocol FloatingElement: Element where Wide == Double {
  /// The next number toward −∞.
  var predecessor: Self { get }
}

/// The five integer types, and bool, which counts as 0 or 1.
protocol IntegralElement: Element where Wide == Int64 {}

extension FloatingElement {
  var wide: Double { asDouble }
  init(narrowing wide: Double) { self.init(nearest: wide) }
}

extension IntegralElement where Self: FixedWidthInteger {
  var wide: Int64 { Int64(self) }
  init(narrowing wide: Int64) { self.init(truncatingIfNeeded: wide) }
  init(converting integer: Int64) { self.init(truncatingIfNeeded: integer) }
}

extension Float: FloatingElement {
  init(converting integer: Int64) { self.init(integer) }
  var predecessor: Float { nextDown }
}

extension Double: FloatingElement {
  typealias Wide = Double
  init(converting integer: Int64) { self.init(integer) }
  var predecessor: Double { nextDown }
}

extension Float16: FloatingElement {
  init(converting integer: Int64) { self.init(integer) }
  var predecessor: Float16 { nextDown }
}

extension BFloat16: FloatingElement {
  init(converting integer: Int64) { self.init(Float(integer)) }

  var predecessor: BFloat16 {
    let value = float
    if value.isNaN || value == -.infinity { return self }
    if value == 0 { return BFloat16(bitPattern: 0x8001) }
    return BFloat16(bitPattern: value > 0 ? bitPattern - 1 : bitPattern + 1)
  }
}

extension Int8: IntegralElement {}
extension Int16: IntegralElement {}
extension Int32: IntegralElement {}
extension Int64: IntegralElement { typealias Wide = Int64 }
extension UInt8: IntegralElement {}

extension Bool: IntegralElement {
  var wide: Int64 { self ? 1 : 0 }
  init(narrowing wide: Int64) { self = wide != 0 }
  init(converting integer: Int64) { self = integer != 0 }
}

/// A loop over elements, written once for every element type: its operands are its fields. The
/// element type is chosen once, outside of the loop, and the compiler makes a version for each.
protocol ElementPass {
  func run<E: Element>(_ type: E.Type)
}

extension ElementPass {
  func run(on dataType: DataType) {
    switch dataType {
    case .float32: run(Float.self)
    case .float64: run(Double.self)
    case .float16: run(Float16.self)
    case .bfloat16: run(BFloat16.self)
    case .int8: run(Int8.self)
    case .int16: run(Int16.self)
    case .int32: run(Int32.self)
    case .int64: run(Int64.self)
    case .uint8: run(UInt8.self)
    case .bool: run(Bool.self)
    }
  }
}

/// A loop for floating-point element types alone.
protocol FloatingPass {
  /// For the message when the element type does not fit.
  var operationName: String { get }
  func run<E: FloatingElement>(_ type: E.Type)
}

extension FloatingPass {
  func run(on dataType: DataType) {
    switch dataType {
    case .float32: run(Float.self)
    case .float64: run(Double.self)
    case .float16: run(Float16.self)
    case .bfloat16: run(BFloat16.self)
    default: stop("\(operationName): needs floating-point elements, not \(dataType)")
    }
  }
}

/// A loop for integers and bool alone.
protocol IntegralPass {
  func run<E: IntegralElement>(_ type: E.Type)
}

extension IntegralPass {
  func run(on dataType: DataType) {
    switch dataType {
    case .int8: run(Int8.self)
    case .int16: run(Int16.self)
    case .int32: run(Int32.self)
    case .int64: run(Int64.self)
    case .uint8: run(UInt8.self)
    case .bool: run(Bool.self)
    default: stop("needs integers, not \(dataType)")
    }
  }
}
