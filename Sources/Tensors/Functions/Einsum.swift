import Arrays

/// Einstein's summation: products of tensors summed over the axes whose letters the result does not
/// name.
///
///     einsum("ij,jk->ik", a, b)          // matrix product
///     einsum("bhqd,bhkd->bhqk", q, k)    // attention scores
///     einsum("ii->", a)                  // trace
///
/// Letters are axes; `...` stands for axes that broadcast. Without `->` the result has, in
/// alphabetical order, the letters that occur once. Stops where the equation does not fit.
public func einsum(_ equation: String, _ tensors: Tensor...) -> Tensor {
  einsum(equation, tensors)
}

/// The same for a list of tensors.
public func einsum(_ equation: String, _ tensors: [Tensor]) -> Tensor {
  orStop { () throws(ShapeError) in
    let parsed = try EinsumEquation(equation, tensors.map(\.shape))
    return parsed.evaluate(tensors)
  }
}

/// An equation worked out for operands of known shapes. Axes are numbered: letters by their code,
/// the axes of an ellipsis by negative numbers counted from its end.
struct EinsumEquation {
  private var operands: [[Int]] = []
  private var result: [Int] = []
  private var lengths: [Int: Int] = [:]

  init(_ equation: String, _ shapes: [Shape]) throws(ShapeError) {
    let text = equation.filter { $0 != " " }
    let sides = text.components(separatedBy: "->")
    let terms = sides[0].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    guard sides.count <= 2, terms.count == shapes.count else {
      throw ShapeError(
        "einsum", "\"\(equation)\" names \(terms.count) operands, found \(shapes.count)")
    }
    for (place, term) in terms.enumerated() {
      let axes = try EinsumEquation.axes(term, rank: shapes[place].rank, equation)
      guard axes.count == shapes[place].rank else {
        throw ShapeError(
          "einsum", "\"\(term)\" names \(axes.count) axes, operand \(place) has \(shapes[place])")
      }
      for (axis, length) in zip(axes, shapes[place]) {
        let known = lengths[axis] ?? 1
        if known != length && known != 1 && length != 1 {
          throw ShapeError(
            "einsum",
            "axis \(EinsumEquation.name(axis)) of \"\(equation)\" has length \(known) "
              + "and, in operand \(place), \(length)")
        }
        lengths[axis] = length == 1 ? known : length
      }
      operands.append(axes)
    }
    try findResult(sides.count == 2 ? sides[1] : nil, equation)
  }

  private mutating func findResult(_ term: String?, _ equation: String) throws(ShapeError) {
    let ellipsis = lengths.keys.filter { $0 < 0 }.sorted()
    if let term {
      result = try EinsumEquation.axes(
        term, rank: term.filter { $0 != "." }.count + ellipsis.count, equation)
      for axis in result where lengths[axis] == nil || result.filter({ $0 == axis }).count > 1 {
        throw ShapeError(
          "einsum",
          "the result of \"\(equation)\" names axis \(EinsumEquation.name(axis)) "
            + (lengths[axis] == nil ? "which no operand has" : "twice"))
      }
    } else {
      let all = operands.joined()
      result =
        ellipsis
        + lengths.keys.filter { axis in axis > 0 && all.filter { $0 == axis }.count == 1 }.sorted()
    }
  }

  private static func name(_ axis: Int) -> String {
    axis < 0 ? "…" : String(UnicodeScalar(UInt8(axis)))
  }

  private static func axes(
    _ term: String, rank: Int, _ equation: String
  ) throws(ShapeError) -> [Int] {
    var axes: [Int] = []
    let parts = term.components(separatedBy: "...")
    if parts.count > 2 { throw ShapeError("einsum", "\"\(term)\" has more than one ellipsis") }
    for (place, part) in parts.enumerated() {
      if place == 1 {
        let covered = max(0, rank - term.count + 3)
        axes += (0..<covered).map { $0 - covered }
      }
      for letter in part.unicodeScalars {
        guard letter.properties.isAlphabetic, letter.isASCII else {
          throw ShapeError("einsum", "\"\(letter)\" in \"\(equation)\" is not a letter")
        }
        axes.append(Int(letter.value))
      }
    }
    return axes
  }

  /// Multiplies the operands from left to right, each product a batched matrix product, and sums an
  /// axis as soon as nothing further names it.
  func evaluate(_ tensors: [Tensor]) -> Tensor {
    var operands = zip(self.operands, tensors).map { EinsumEquation.diagonal($0, $1) }
    var (axes, value) = operands.removeFirst()
    for (place, (otherAxes, other)) in operands.enumerated() {
      let later = Set(operands[(place + 1)...].flatMap(\.0) + result)
      (axes, value) = product((axes, value), (otherAxes, other), keeping: later)
    }
    let summed = axes.indices.filter { !result.contains(axes[$0]) }
    if !summed.isEmpty { value = value.sum(along: summed) }
    let kept = axes.filter { result.contains($0) }
    return value.permuted(result.map { kept.firstIndex(of: $0).unsafelyUnwrapped })
  }

  /// An operand that names an axis twice, reduced to the diagonal of both.
  private static func diagonal(_ axes: [Int], _ tensor: Tensor) -> ([Int], Tensor) {
    var (axes, tensor) = (axes, tensor)
    while let (first, second) = repeated(axes) {
      let others = axes.indices.filter { $0 != first && $0 != second }
      tensor = tensor.permuted(others + [first, second]).diagonal()
      axes = others.map { axes[$0] } + [axes[first]]
    }
    return (axes, tensor)
  }

  private static func repeated(_ axes: [Int]) -> (Int, Int)? {
    for (second, axis) in axes.enumerated() {
      if let first = axes[..<second].firstIndex(of: axis) { return (first, second) }
    }
    return nil
  }

  private func product(
    _ x: ([Int], Tensor), _ y: ([Int], Tensor), keeping later: Set<Int>
  ) -> ([Int], Tensor) {
    let shared = x.0.filter { y.0.contains($0) }
    let batch = shared.filter { later.contains($0) }
    let inner = shared.filter { !later.contains($0) }
    let left = x.0.filter { !shared.contains($0) }
    let right = y.0.filter { !shared.contains($0) }
    func arranged(_ operand: ([Int], Tensor), _ order: [Int]) -> Tensor {
      let permuted = operand.1.permuted(
        order.map { operand.0.firstIndex(of: $0).unsafelyUnwrapped })
      // An axis of length 1 that another operand has longer is stretched.
      return permuted.expanded(
        to: Shape(
          order.indices.map { place in
            shared.contains(order[place])
              ? self.lengths[order[place]] ?? 1 : permuted.shape[place]
          }))
    }
    let a = arranged(x, batch + left + inner)
    let b = arranged(y, batch + inner + right)
    func size(_ axes: [Int], _ tensor: Tensor, from start: Int) -> Int {
      axes.indices.reduce(1) { $0 * tensor.shape[start + $1] }
    }
    let batchShape = Array(a.shape.lengths.prefix(batch.count))
    let m = size(left, a, from: batch.count)
    let k = size(inner, b, from: batch.count)
    let n = size(right, b, from: batch.count + inner.count)
    let product = matmul(
      a.reshaped(to: Shape(batchShape + [m, k])), b.reshaped(to: Shape(batchShape + [k, n])))
    let lengths =
      batchShape + a.shape.lengths[batch.count..<batch.count + left.count]
      + b.shape.lengths[(batch.count + inner.count)...]
    return (batch + left + right, product.reshaped(to: Shape(lengths)))
  }
}

extension String {
  /// The parts of a string between the occurrences of a separator.
  fileprivate func components(separatedBy separator: String) -> [String] {
    split(separator: separator, omittingEmptySubsequences: false).map(String.init)
  }
}
