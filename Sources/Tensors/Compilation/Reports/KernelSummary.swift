import Arrays

/// What one kernel of a plan does, in figures and words.
package struct KernelSummary: Sendable {
  /// A word for the kernel: `matmul`, `convolution`, `loop`.
  package let name: String
  /// What it computes, in the order of computation.
  package let operations: [String]
  /// The shapes of operands and results.
  package let shapes: String
  /// How the result lies in memory.
  package let layout: String
  package let bytesRead: Int
  package let bytesWritten: Int
  /// Two for every multiply-add; one for every other element that is computed.
  package let floatingPointOperations: Double

  init(_ instruction: Graph.Instruction, in graph: Graph) {
    let parts: [Graph.Instruction]
    if case .fused(let fusion) = instruction.operation {
      parts = fusion.instructions
      name = fusion.kind.name
    } else {
      parts = [instruction]
      name = instruction.operation.name
    }
    operations = parts.map { $0.operation.words }
    let isIdle = instruction.operation == .wait
    func bytes(_ value: Int, _ layout: Layout) -> Int {
      isIdle ? 0 : layout.storedCount * graph.values[value].dataType.byteCount
    }
    bytesRead = instruction.inputs.reduce(0) { $0 + bytes($1.value, $1.layout) }
    bytesWritten = instruction.outputs.reduce(0) { $0 + bytes($1.value, $1.layout) }
    floatingPointOperations = parts.reduce(0) { $0 + $1.floatingPointOperations }
    let largest = instruction.outputs.max { $0.layout.count < $1.layout.count }
    layout = largest?.layout.words ?? ""
    let inputs = instruction.inputs.filter { $0.layout.count > 1 }.map { "\($0.layout.shape)" }
    shapes =
      (inputs.isEmpty ? "" : KernelSummary.listed(inputs) + " → ")
      + KernelSummary.listed(instruction.outputs.map { "\($0.layout.shape)" })
  }

  /// The first few of many, equal neighbours counted.
  static func listed(_ words: [String]) -> String {
    var counted: [(word: String, count: Int)] = []
    for word in words {
      if counted.last?.word == word {
        counted[counted.count - 1].count += 1
      } else {
        counted.append((word, 1))
      }
    }
    let shown = counted.prefix(4).map { $0.count == 1 ? $0.word : "\($0.count)× \($0.word)" }
    return shown.joined(separator: " ") + (counted.count > 4 ? " …" : "")
  }
}

extension Fusion.Kind {
  var name: String {
    switch self {
    case .tiles: "loop"
    case .product: "product"
    case .batches: "batch"
    case .scalars: "numbers"
    case .updates: "updates"
    case .convolution(let fusion): fusion.convolution.operation.name
    }
  }
}

extension Operation {
  /// The operation's name without what it applies to.
  var name: String {
    switch self {
    case .convolve(let direction, _, _):
      switch direction {
      case .forward: "convolution"
      case .backwardInput: "convolution by input"
      case .backwardWeight: "convolution by weight"
      }
    case .unary(let operation): operation.name
    case .binary(let operation): operation.name
    case .compare(let operation): operation.name
    case .rows(let operation): "\(operation)"
    case .rowsBackward(let operation): "\(operation) backward"
    case .pool: "pooling"
    case .poolBackward: "pooling backward"
    case .reduce(let operation, _): operation.name
    case .fused(let fusion): fusion.kind.name
    case .batchedProduct: "product"
    case .loop(let loop): loop.condition == nil ? "steps" : "steps while"
    default: String("\(self)".prefix { $0 != "(" })
    }
  }

  /// The operation in a few characters.
  var words: String {
    switch self {
    case .unary(.scale(let factor)): "·\(KernelSummary.short(factor))"
    case .unary(.shift(let term)): "+\(KernelSummary.short(term))"
    case .fill(let value): KernelSummary.short(value)
    case .reduce(let operation, let axes): "\(operation.name)\(axes)"
    case .loop(let loop):
      (loop.stepCount == .max ? "" : "up to \(loop.stepCount)× ")
        + "\(loop.body.graph.instructions.count) operations"
    default: name
    }
  }
}

extension KernelSummary {
  static func short(_ number: Double) -> String {
    number == number.rounded() && abs(number) < 1e6
      ? String(Int(number)) : "\(Float(number))"
  }
}

extension Graph.Instruction {
  /// Two for every multiply-add of products and convolutions; one for each element of the others.
  var floatingPointOperations: Double {
    let count = Double(outputs.first?.layout.count ?? 0)
    switch operation {
    case .matmul, .batchedProduct:
      let depth = inputs[0].layout.shape[inputs[0].layout.rank - 1]
      return 2 * count * Double(depth)
    case .convolve(let direction, let geometry, _):
      return 2 * Convolution.multiplyAdds(direction, geometry, inputs, outputs[0])
    case .reduce, .moments, .rows: return Double(inputs[0].layout.count)
    case .product: return 2 * count * Double(inputs[0].layout.shape[1])
    case .copy, .fill, .take, .settleIndices, .pack, .arrange, .wait: return 0
    case .adam: return 12 * count
    case .loop(let loop):
      let steps = loop.stepCount == .max ? 1 : Double(loop.stepCount)
      return steps * loop.body.floatingPointOperations
    case .branch(let branch):
      return max(branch.first.floatingPointOperations, branch.second.floatingPointOperations)
    default: return count
    }
  }
}

extension TracedBody {
  /// Those of one run.
  fileprivate var floatingPointOperations: Double {
    graph.instructions.reduce(0) { $0 + $1.floatingPointOperations }
  }
}

private enum Convolution {
  /// Every element of the weight meets every place of the output, in every image.
  static func multiplyAdds(
    _ direction: ConvolutionDirection, _ geometry: ConvolutionGeometry,
    _ inputs: [Graph.Operand], _ output: Graph.Output
  ) -> Double {
    let (weight, result): (Shape, Shape) =
      switch direction {
      case .forward: (inputs[1].layout.shape, output.layout.shape)
      case .backwardInput: (inputs[1].layout.shape, inputs[0].layout.shape)
      case .backwardWeight: (output.layout.shape, inputs[1].layout.shape)
      }
    let places = result.lengths.enumerated().reduce(1) { $1.offset == 1 ? $0 : $0 * $1.element }
    return Double(weight.elementCount) * Double(places)
  }
}

extension Layout {
  /// The elements in memory: what is repeated counts once.
  var storedCount: Int {
    zip(shape.lengths, strides).reduce(1) { $1.1 == 0 && $1.0 > 0 ? $0 : $0 * $1.0 }
  }

  /// The layout in words.
  var words: String {
    if isContiguousFromOffset { return "row-major" }
    return isChannelsLast ? "channels-last" : "strided"
  }
}
