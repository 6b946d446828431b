import Arrays

extension Tensor {
  /// A tensor of one number and no axes, of the number's element type: `Tensor(1 as Float)` is
  /// float32, but a plain literal is what it is elsewhere in Swift, so that `Tensor(0.5)` is float64
  /// and `Tensor(2)` int64. Beside a tensor no conversion is needed: `x * 0.5` keeps x's type.
  public init<Element: Scalar>(_ scalar: Element) {
    let array = NDArray(allocated: Tensor.scalarLayout, Element.dataType)
    withExtendedLifetime(array) { array.pointer(as: Element.self).initialize(to: scalar) }
    self.init(array)
  }

  static let scalarLayout = Layout(contiguous: [])

  /// A tensor of one axis. `[Float]` gives float32, `[Double]` float64, `[Int]` int64, and so
  /// `Tensor([0.5, 1])` is float64 and `Tensor([1, 2])` int64; a literal is easier to write as
  /// `let x: Tensor = [1, 2, 3]`, which is float32.
  public init<Element: Scalar>(_ elements: [Element]) {
    self.init(elements, shape: [elements.count])
  }

  /// Two axes; rows of different lengths stop the program.
  public init<Element: Scalar>(_ rows: [[Element]]) {
    let width = rows.first?.count ?? 0
    if let odd = rows.firstIndex(where: { $0.count != width }) {
      stop("Tensor: row \(odd) has \(rows[odd].count) elements, row 0 has \(width)")
    }
    self.init(Array(rows.joined()), shape: [rows.count, width])
  }

  /// Three axes.
  public init<Element: Scalar>(_ blocks: [[[Element]]]) {
    let rows = blocks.first?.count ?? 0
    if let odd = blocks.firstIndex(where: { $0.count != rows }) {
      stop("Tensor: block \(odd) has \(blocks[odd].count) rows, block 0 has \(rows)")
    }
    let flat = Tensor(Array(blocks.joined()))
    self = flat.reshaped(to: [blocks.count, rows, flat.shape[1]])
  }

  /// Elements in row-major order; their number must be the shape's.
  public init<Element: Scalar>(_ elements: [Element], shape: Shape) {
    if elements.count != shape.elementCount || shape.contains(where: { $0 < 0 }) {
      stop("Tensor: shape \(shape) needs \(shape.elementCount) elements, found \(elements.count)")
    }
    let array = NDArray(allocated: Layout(contiguous: shape), Element.dataType)
    elements.withUnsafeBufferPointer { source in
      if let base = source.baseAddress {
        array.pointer(as: Element.self).initialize(from: base, count: elements.count)
      }
    }
    self.init(array)
  }

  /// A tensor whose elements `initialize` writes, in row-major order, straight into its memory;
  /// all of them, since they start undefined.
  public init<Element: Scalar>(
    shape: Shape, initializingWith initialize: (UnsafeMutableBufferPointer<Element>) throws -> Void
  ) rethrows {
    let array = NDArray(allocated: Layout(contiguous: shape), Element.dataType)
    try withExtendedLifetime(array) {
      try initialize(
        UnsafeMutableBufferPointer(start: array.pointer(as: Element.self), count: array.count))
    }
    self.init(array)
  }

  /// Every element is `value`, converted to the element type.
  public static func full(
    _ shape: Shape, _ value: Double, _ dataType: DataType = .float32
  ) -> Tensor {
    if shape.contains(where: { $0 < 0 }) { stop("full: shape \(shape) has a negative length") }
    let layout = shape.rank == 0 ? scalarLayout : Layout(contiguous: shape)
    let array = NDArray(uninitialized: layout, dataType)
    ThreadState.backend.fill(array, with: value)
    return Tensor(array)
  }

  /// All zeros.
  public static func zeros(_ shape: Shape, _ dataType: DataType = .float32) -> Tensor {
    full(shape, 0, dataType)
  }

  /// All ones.
  public static func ones(_ shape: Shape, _ dataType: DataType = .float32) -> Tensor {
    full(shape, 1, dataType)
  }

  /// Zeros of this tensor's shape and element type.
  public func zerosLike() -> Tensor { .zeros(shape, dataType) }

  /// Ones of this tensor's shape and element type.
  public func onesLike() -> Tensor { .ones(shape, dataType) }

  /// The whole numbers of a range, int64 unless said otherwise.
  public static func range(_ range: Range<Int>, _ dataType: DataType = .int64) -> Tensor {
    Tensor(Array(range)).to(dataType)
  }

  /// The numbers from `start` up to, not including, `end`, `step` apart: ⌈(end − start) / step⌉ of
  /// them, none where `step` leads away from `end`. A step of 0 stops the program.
  public static func range(
    from start: Double, to end: Double, by step: Double, _ dataType: DataType = .float32
  ) -> Tensor {
    let count = ((end - start) / step).rounded(.up)
    if step == 0 || !(count < Double(Int32.max)) {
      stop("range: from \(start) to \(end) by \(step) is endless")
    }
    return Tensor((0..<Int(Swift.max(0, count))).map { start + Double($0) * step }).to(dataType)
  }

  /// `count` numbers evenly spaced from `start` to `end`, both included.
  public static func linearSpace(
    from start: Double, to end: Double, count: Int, _ dataType: DataType = .float32
  ) -> Tensor {
    if count < 0 { stop("linearSpace: count \(count) is negative") }
    let step = count > 1 ? (end - start) / Double(count - 1) : 0
    return Tensor(
      (0..<count).map { $0 == count - 1 && count > 1 ? end : start + Double($0) * step }
    ).to(dataType)
  }

  /// The identity matrix of `size` rows, or of `size` rows and `columns` columns with ones on the
  /// main diagonal.
  public static func identity(
    _ size: Int, columns: Int? = nil, _ dataType: DataType = .float32
  ) -> Tensor {
    let columns = columns ?? size
    if size < 0 || columns < 0 { stop("identity: \(size) rows and \(columns) columns") }
    var elements = [Float](repeating: 0, count: size * columns)
    for index in 0..<Swift.min(size, columns) { elements[index * columns + index] = 1 }
    return Tensor(elements, shape: [size, columns]).to(dataType)
  }
}

/// A number or a nested list of numbers, as written in the source: see `Tensor`'s array literals.
public struct TensorLiteral: ExpressibleByArrayLiteral, ExpressibleByFloatLiteral,
  ExpressibleByIntegerLiteral, Sendable
{
  fileprivate var shape: [Int]
  fileprivate var elements: [Float]

  /// A single number.
  public init(floatLiteral value: Double) {
    shape = []
    elements = [Float(value)]
  }

  /// A single number.
  public init(integerLiteral value: Int) {
    shape = []
    elements = [Float(value)]
  }

  /// Parts of one shape, along a new first axis.
  public init(arrayLiteral parts: TensorLiteral...) {
    let inner = parts.first?.shape ?? []
    if let odd = parts.firstIndex(where: { $0.shape != inner }) {
      stop(
        "Tensor: element \(odd) of the literal has shape \(Shape(parts[odd].shape)), "
          + "element 0 has \(Shape(inner))")
    }
    shape = [parts.count] + inner
    elements = parts.flatMap(\.elements)
  }
}

extension Tensor: ExpressibleByArrayLiteral {
  /// A float32 tensor written out: `let x: Tensor = [[1, 2], [3, 4]]`.
  public init(arrayLiteral parts: TensorLiteral...) {
    let inner = parts.first?.shape ?? []
    if let odd = parts.firstIndex(where: { $0.shape != inner }) {
      stop(
        "Tensor: element \(odd) of the literal has shape \(Shape(parts[odd].shape)), "
          + "element 0 has \(Shape(inner))")
    }
    self.init(parts.flatMap(\.elements), shape: Shape([parts.count] + inner))
  }
}
