import Arrays
import CPUBackend

/// How one operand or result of an instruction is walked: a stride for each axis of a space.
struct TileWalk: Sendable, Hashable {
  /// The value in memory.
  var value: Int
  var offset: Int
  var strides: [Int]
}

/// An instruction as a part of a loop over tiles: the axes over which it runs, outermost first, and
/// how its operands and its result are walked along them.
package struct TileMember: Sendable {
  let instruction: Graph.Instruction
  /// Its place in the graph.
  let number: Int
  /// The lengths of the axes; none is 1.
  private(set) var lengths: [Int]
  private(set) var inputs: [TileWalk]
  private(set) var output: TileWalk
  /// Which axes are folded away, for reductions.
  private(set) var isFolded: [Bool]
  /// Whether it has one number for all columns of a row.
  private(set) var isRowwise = false

  /// nil where the instruction is none that tiles compute.
  init?(_ instruction: Graph.Instruction, _ number: Int, in graph: Graph) {
    guard instruction.outputs.count == 1, TileMember.supports(instruction, in: graph) else {
      return nil
    }
    self.instruction = instruction
    self.number = number
    let result = instruction.outputs[0]
    let folded: Set<Int>
    let frame: Layout
    switch instruction.operation {
    case .reduce(_, let axes):
      folded = Set(axes)
      frame = instruction.inputs[0].layout
    case .takeAlongAxis(let axis):
      folded = [axis]
      frame = instruction.inputs[0].layout
    default:
      folded = []
      frame = result.layout
    }
    if frame.count == 0 { return nil }
    let axes = TileMember.order(of: frame)
    lengths = axes.map { frame.shape[$0] }
    isFolded = axes.map { folded.contains($0) }
    func walk(_ value: Int, _ layout: Layout) -> TileWalk {
      TileWalk(
        value: value, offset: layout.offset,
        strides: axes.map { layout.shape[$0] == 1 ? 0 : layout.strides[$0] })
    }
    inputs = instruction.inputs.map { walk($0.value, $0.layout) }
    if let predecessor = result.predecessor, instruction.operation.readsOutput {
      inputs.append(walk(predecessor, result.layout))
    }
    output = walk(result.value, result.layout)
  }

  /// The axes of a layout that are longer than 1, in the order of memory.
  private static func order(of layout: Layout) -> [Int] {
    layout.shape.indices.filter { layout.shape[$0] != 1 }.enumerated().sorted {
      let (a, b) = (layout.strides[$0.element], layout.strides[$1.element])
      return a != b ? a > b : $0.offset < $1.offset
    }.map(\.element)
  }

  /// The number of elements that it runs over.
  var count: Int { lengths.reduce(1, *) }

  /// The lengths of the folded axes together.
  var foldedCount: Int { zip(lengths, isFolded).reduce(1) { $1.1 ? $0 * $1.0 : $0 } }

  /// Adds an innermost axis along which nothing changes.
  mutating func repeatAlongColumns(_ length: Int) {
    isRowwise = true
    if length == 1 { return }
    lengths.append(length)
    isFolded.append(false)
    for index in inputs.indices { inputs[index].strides.append(0) }
    output.strides.append(0)
  }

  /// Splits the axes so that they end at all of these places: products of the lengths of inner axes.
  /// False where an axis does not split so.
  mutating func split(at cuts: [Int]) -> Bool {
    var splitLengths: [Int] = []
    var sources: [(axis: Int, step: Int)] = []
    var inner = 1
    for axis in lengths.indices.reversed() {
      let outer = inner * lengths[axis]
      var start = inner
      for cut in cuts where cut > inner && cut <= outer {
        if cut % start != 0 || outer % cut != 0 { return false }
        splitLengths.append(cut / start)
        sources.append((axis, start / inner))
        start = cut
      }
      if start != outer { return false }
      inner = outer
    }
    splitLengths.reverse()
    sources.reverse()
    func spread(_ walk: inout TileWalk) {
      walk.strides = sources.map { walk.strides[$0.axis] * $0.step }
    }
    for index in inputs.indices { spread(&inputs[index]) }
    spread(&output)
    isFolded = sources.map { isFolded[$0.axis] }
    lengths = splitLengths
    return true
  }

  /// Whether an axis and the next inner one are walked as one.
  func canJoin(_ axis: Int) -> Bool {
    let length = lengths[axis + 1]
    func joins(_ walk: TileWalk) -> Bool {
      walk.strides[axis] == walk.strides[axis + 1] * length
    }
    return isFolded[axis] == isFolded[axis + 1] && inputs.allSatisfy(joins) && joins(output)
  }

  mutating func join(_ axis: Int) {
    lengths[axis + 1] *= lengths[axis]
    lengths.remove(at: axis)
    isFolded.remove(at: axis)
    for index in inputs.indices { inputs[index].strides.remove(at: axis) }
    output.strides.remove(at: axis)
  }
}

extension TileMember {
  /// Whether tiles compute an instruction.
  private static func supports(_ instruction: Graph.Instruction, in graph: Graph) -> Bool {
    let types = instruction.inputs.map { graph.dataType($0) }
    let result = graph.values[instruction.outputs[0].value].dataType
    guard types.allSatisfy({ TileProgram.supports($0) }), TileProgram.supports(result) else {
      return false
    }
    switch instruction.operation {
    case .fill: return result == .float32
    case .copy:
      return types[0] == result && result != .int64
        || TileProgram.supports(conversionFrom: types[0], to: result)
    case .unary(let operation): return TileProgram.supports(operation, on: types[0])
    case .binary(let operation): return TileProgram.supports(operation, on: types[0])
    case .compare: return TileProgram.supports(comparisonOf: types[0])
    case .select, .addScaled: return result == .float32
    case .reduce(let operation, _):
      return result == .float32 && TileProgram.supports(operation)
    case .takeAlongAxis(let axis):
      return result == .float32
        && isOneAlong(axis, instruction.inputs[1], of: instruction.inputs[0].layout)
    case .putAlongAxis(_, let axis):
      return result == .float32
        && isOneAlong(axis, instruction.inputs[1], of: instruction.outputs[0].layout)
    default: return false
    }
  }
}

/// Whether indices choose one place along an axis, for each place along the others.
private func isOneAlong(_ axis: Int, _ indices: Graph.Operand, of layout: Layout) -> Bool {
  var shape = layout.shape
  shape[axis] = 1
  return indices.layout.shape == shape
}

extension Operation {
  /// Whether the result depends on what its memory holds before, where it is written too.
  var readsOutput: Bool {
    switch self {
    case .addScaled, .put, .putAlongAxis, .adam: true
    default: false
    }
  }
}
