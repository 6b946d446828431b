import Myelin

/// A small made-up function of tensors: the same for the same seed. It writes down what it does.
///
/// All its operations are continuous in floating-point numbers, so that other roundings give nearly
/// the same results.
struct RandomProgram: Sendable {
  let seed: UInt64
  let length: Int
  /// Whether some operations are loops and branches.
  var hasLoops = true

  /// Arguments of the function, the same at every call.
  var arguments: [Tensor] {
    var source = RandomSource(seed: seed &+ 77)
    let shapes: [Shape] = [
      [3, 4], [4, 4], [2, 3, 4], [4], [1, 6], [2, 2, 4, 4], [2, 2, 3, 3],
    ]
    return shapes.map { source.uniform($0, from: -1.5, to: 1.5) }
      + [source.uniform([5], from: -4, to: 4, .int64)]
  }

  /// The results for some arguments, and a line for each operation.
  func run(_ arguments: [Tensor]) -> (results: [Tensor], lines: [String]) {
    var writer = ProgramWriter(seed: seed, hasLoops: hasLoops, arguments)
    for _ in 0..<length { writer.addOperation() }
    return (writer.results, writer.lines)
  }

  /// A number that depends on the last floating-point tensors.
  func loss(_ arguments: [Tensor]) -> Tensor {
    run(arguments).results.filter { $0.dataType == .float32 }
      .map { ($0 * $0).mean() }.reduce(Tensor.zeros([])) { $0 + $1 }
  }
}

/// Chooses one operation after another.
struct ProgramWriter {
  private var state: UInt64
  private let hasLoops: Bool
  private var floats: [Tensor]
  private(set) var integers: [Tensor]
  private(set) var lines: [String] = []

  init(seed: UInt64, hasLoops: Bool, _ arguments: [Tensor]) {
    self.hasLoops = hasLoops
    state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1
    floats = arguments.filter { $0.dataType == .float32 }
    integers = arguments.filter { $0.dataType == .int64 }
  }

  /// The tensors made last.
  var results: [Tensor] { Array(floats.suffix(3)) + Array(integers.suffix(2)) }

  /// A whole number below `bound`.
  mutating func below(_ bound: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int((state >> 33) % UInt64(bound))
  }

  /// A tensor, more often a late one.
  mutating func pick() -> Tensor {
    let index = max(below(floats.count), below(floats.count))
    lines.append("  of \(index)")
    return floats[index]
  }

  mutating func add(_ tensor: Tensor, _ line: String) {
    lines.append("\(floats.count): \(line) \(tensor.shape)")
    // Numbers stay in a range in which roundings stay small.
    floats.append(tensor.count > 200 ? tensor.mean(along: 0) : tensor)
  }

  /// A tensor of a shape, from one of any shape.
  func fitted(_ tensor: Tensor, to shape: Shape) -> Tensor {
    if tensor.shape == shape { return tensor }
    if tensor.shape.broadcast(with: shape) == shape { return tensor.expanded(to: shape) }
    let flat = tensor.reshaped(to: [-1])
    return flat.padded([(0, max(0, shape.elementCount - flat.count))])
      .prefix(shape.elementCount).reshaped(to: shape)
  }

  mutating func addOperation() {
    switch below(18) {
    case 0, 1: addUnary(pick())
    case 2, 3: addBinary(pick(), pick())
    case 4, 5: addView(pick())
    case 6: addReduction(pick())
    case 7, 8: addProduct(pick(), pick())
    case 9: addJoin(pick(), pick())
    case 10: addChoice(pick(), pick())
    case 11: addConvolution(pick(), pick())
    case 12: addNormalization(pick(), pick())
    case 13: addLayer(pick(), pick())
    case 14: addLookup(pick(), pick())
    case 15: addLoss(pick(), pick())
    case 16 where hasLoops: addLoop(pick(), pick())
    default: addInteger()
    }
  }

  private mutating func addUnary(_ x: Tensor) {
    switch below(12) {
    case 0: add(tanh(x), "tanh")
    case 1: add(sigmoid(x), "sigmoid")
    case 2: add(relu(x), "relu")
    case 3: add(-x, "negate")
    case 4: add(x * 1, "times 1")
    case 5: add(x + 0, "plus 0")
    case 6: add(abs(x), "abs")
    case 7: add(x * 0.5, "half")
    case 8: add(x.to(.float64).to(.float32), "there and back")
    case 9: add(sin(x), "sin")
    case 10: add(x / 1, "over 1")
    default: add(x - Tensor.zeros(x.shape), "minus zeros")
    }
  }

  private mutating func addBinary(_ x: Tensor, _ other: Tensor) {
    let y = fitted(other, to: x.shape)
    switch below(7) {
    case 0: add(x + y, "add")
    case 1: add(x - y, "subtract")
    case 2: add(tanh(x) * y, "multiply")
    case 3: add(maximum(x, y), "maximum")
    case 4: add(x + x, "twice")
    case 5: add(x * Tensor.ones(x.shape), "times ones")
    default: add(x / (abs(y) + 1), "divide")
    }
  }

  private mutating func addView(_ x: Tensor) {
    guard x.rank > 0 else { return add(x.reshaped(to: [1, 1]), "unsqueeze") }
    let axis = below(x.rank)
    let length = x.shape[axis]
    switch below(7) {
    case 0: add(x.transposed(), "transpose")
    case 1: add(x.flipped(axis), "flip \(axis)")
    case 2:
      let parts = length % 2 == 0 ? x.split(into: 2, along: axis) : [x, x]
      add(tanh(parts[0]) * parts[1], "product of halves \(axis)")
    case 3:
      let start = below(length)
      add(x.slice(start..<length, along: axis), "slice \(axis) from \(start)")
    case 4: add(x.reshaped(to: [-1]), "flatten")
    case 5: add(x.unsqueezed(0).expanded(to: Shape([2] + x.shape.lengths)), "expand")
    default: add(x.rolled(by: 1, along: axis), "roll \(axis)")
    }
  }

  private mutating func addReduction(_ x: Tensor) {
    guard x.rank > 0 else { return add(x.sum(), "sum") }
    let axis = below(x.rank)
    switch below(4) {
    case 0: add(x.mean(along: axis), "mean \(axis)")
    case 1: add(x.max(along: axis, keepingAxes: true), "max \(axis)")
    case 2: add(softmax(x, along: axis), "softmax \(axis)")
    default: add(x.sum(along: axis, keepingAxes: true) * 0.25, "sum \(axis)")
    }
  }

  private mutating func addProduct(_ x: Tensor, _ y: Tensor) {
    let left = x.rank == 2 ? x : fitted(x, to: [3, 4])
    let right = fitted(y, to: [left.shape[1], 4])
    switch below(4) {
    case 0: add(matmul(left, right) * 0.5, "matmul")
    case 1: add(linear(left, weight: right.transposed()) * 0.5, "linear")
    case 2:
      // A recurrence: its weight's cotangent is a sum of products.
      let weight = fitted(y, to: [4, 4])
      var h = fitted(x, to: [2, 4])
      for _ in 0..<3 { h = tanh(linear(h, weight: weight, bias: weight[0])) }
      add(h, "recurrence")
    default: add(matmul(left, fitted(y, to: [2, left.shape[1], 3])) * 0.5, "batched matmul")
    }
  }

  private mutating func addJoin(_ x: Tensor, _ other: Tensor) {
    let y = fitted(other, to: x.shape)
    if x.rank == 0 { return add(stack([x, y]), "stack") }
    let axis = below(x.rank)
    switch below(4) {
    case 0: add(concatenate([x, y], along: axis), "concatenate \(axis)")
    case 1: add(concatenate([tanh(x), y * 0.5, sin(x)], along: axis), "concatenate three \(axis)")
    case 2: add(stack([x, tanh(y)], along: axis), "stack \(axis)")
    default: add(x.padded(Array(repeating: (1, 0), count: x.rank)), "pad")
    }
  }

  private mutating func addChoice(_ x: Tensor, _ other: Tensor) {
    let y = fitted(other, to: x.shape)
    switch below(3) {
    case 0:
      let even = (Tensor.range(0..<x.count) % 2 .== 0).reshaped(to: x.shape)
      add(`where`(even, x, y), "where")
    case 1: add(`where`(Tensor.ones(x.shape, .bool), x, y), "where always")
    default:
      guard x.rank > 0 else { return add(y, "other") }
      let places = (integers[integers.count - 1].reshaped(to: [-1]) % Double(x.shape[0]))
      add(x.take(places, along: 0), "take")
    }
  }

  private mutating func addInteger() {
    let x = integers[below(integers.count)]
    switch below(5) {
    case 0: integers.append(x + 0)
    case 1: integers.append(x * 3 - 7)
    case 2: integers.append(-(-x))
    case 3: integers.append(concatenate([x, x * 1]).prefix(6))
    default: integers.append(`where`(x .> 0, x, x + 5))
    }
    lines.append("integer \(integers.count - 1)")
  }
}
