import Arrays

extension Graph {
  /// Replaces instructions by cheaper ones that give the same bits for every operand, NaN,
  /// infinities and signed zeros among them (NaN may have another sign or payload).
  ///
  /// What turns out to be an operand unchanged becomes a copy, which `forwardViews` removes.
  package mutating func simplifyAlgebra() {
    var simplifier = AlgebraSimplifier(self)
    simplifier.run()
    self = simplifier.graph
  }
}

/// One pass of algebra, in the order of the instructions.
private struct AlgebraSimplifier {
  typealias Rewrite = (operation: Operation, inputs: [Graph.Operand])

  var graph: Graph
  private var uniform: UniformValues
  private let uses: GraphUses
  /// The simplified instruction that wrote each value.
  private var producer: [Graph.Instruction?]

  init(_ graph: Graph) {
    self.graph = graph
    uniform = UniformValues(graph)
    uses = GraphUses(graph)
    producer = Array(repeating: nil, count: graph.values.count)
  }

  mutating func run() {
    for number in graph.instructions.indices {
      while let rewrite = rewrite(graph.instructions[number]) {
        graph.instructions[number].operation = rewrite.operation
        graph.instructions[number].inputs = rewrite.inputs
      }
      let instruction = graph.instructions[number]
      guard instruction.outputs.count == 1, graph.isWhole(instruction.outputs[0]) else { continue }
      producer[instruction.outputs[0].value] = instruction
      if case .fill(let value) = instruction.operation {
        let output = instruction.outputs[0].value
        uniform.set(
          output, to: UniformValues.rounded(value, to: graph.values[output].dataType))
      }
    }
  }

  private func rewrite(_ instruction: Graph.Instruction) -> Rewrite? {
    guard instruction.outputs.count == 1 else { return nil }
    let output = instruction.outputs[0]
    let inputs = instruction.inputs
    let dataType = graph.values[output.value].dataType
    switch instruction.operation {
    case .unary(let operation): return unary(operation, inputs[0])
    case .binary(let operation): return binary(operation, inputs[0], inputs[1], dataType)
    case .select: return select(inputs[0], inputs[1], inputs[2])
    case .copy: return convert(inputs[0], to: dataType)
    case .reduce(let operation, let axes): return reduce(operation, axes, inputs[0], dataType)
    default: return nil
    }
  }

  /// The operand of the instruction that computed `operand`, seen as `operand` is: what
  /// `operation(x)` gives x for. Values that are overwritten stay unread where they can.
  private func argument(
    of operand: Graph.Operand, _ isWanted: (Operation) -> Bool
  ) -> (operation: Operation, x: Graph.Operand)? {
    guard let instruction = producer[operand.value], instruction.inputs.count == 1,
      isWanted(instruction.operation), uses.successor[instruction.inputs[0].value] == nil,
      let layout = operand.layout.moved(
        from: instruction.outputs[0].layout, to: instruction.inputs[0].layout)
    else { return nil }
    return (instruction.operation, Graph.Operand(instruction.inputs[0].value, layout))
  }

  private func negated(_ operand: Graph.Operand) -> Graph.Operand? {
    argument(of: operand) { $0 == .unary(.negate) }?.x
  }

  private func unary(_ operation: UnaryOperation, _ x: Graph.Operand) -> Rewrite? {
    switch operation {
    // 1 · x = x; x + −0 = x, also where x is +0 or −0.
    case .scale(1), .leakyReLU(1): return (.copy, [x])
    case .shift(let value) where value == 0:
      let isNeutral = value.sign == .minus || graph.dataType(x).isInteger
      return isNeutral ? (.copy, [x]) : nil
    // −(−x) = x: twice the sign, or twice a wrapping difference from 0.
    case .negate, .logicalNot:
      return argument(of: x) { $0 == .unary(operation) }.map { (.copy, [$0.x]) }
    // f(f(x)) = f(x), and |−x| = |x|.
    case .relu, .sign, .floor, .ceil, .round:
      return argument(of: x) { $0 == .unary(operation) }.map { _ in (.copy, [x]) }
    case .absolute:
      if let inner = negated(x) { return (.unary(.absolute), [inner]) }
      return argument(of: x) { $0 == .unary(.absolute) }.map { _ in (.copy, [x]) }
    default: return nil
    }
  }

  private func binary(
    _ operation: BinaryOperation, _ x: Graph.Operand, _ y: Graph.Operand, _ dataType: DataType
  ) -> Rewrite? {
    switch operation {
    case .multiply:
      if uniform[x] == 1 { return (.copy, [y]) }
      if uniform[y] == 1 { return (.copy, [x]) }
    case .divide:
      if uniform[y] == 1 { return (.copy, [x]) }
    case .add:
      // x + −0 = x; x + +0 is +0 for −0, and so only good for integers.
      if isNeutral(y, isSubtracted: false, dataType) { return (.copy, [x]) }
      if isNeutral(x, isSubtracted: false, dataType) { return (.copy, [y]) }
      // x + −y and x − y are one operation of IEEE 754.
      if let y = negated(y) { return (.binary(.subtract), [x, y]) }
      if let x = negated(x) { return (.binary(.subtract), [y, x]) }
    case .subtract:
      if isNeutral(y, isSubtracted: true, dataType) { return (.copy, [x]) }
      if let y = negated(y) { return (.binary(.add), [x, y]) }
    case .maximum, .minimum, .logicalAnd, .logicalOr:
      if x == y { return (.copy, [x]) }
    default: break
    }
    return scalar(operation, x, y, dataType)
  }

  /// Whether x + y = x, or x − y = x, for every x.
  private func isNeutral(_ y: Graph.Operand, isSubtracted: Bool, _ dataType: DataType) -> Bool {
    guard let number = uniform[y], number == 0 else { return false }
    return dataType.isInteger || (number.sign == .minus) != isSubtracted
  }

  /// An operand that is one number everywhere becomes a part of the operation: a product or a sum
  /// is rounded once either way.
  private func scalar(
    _ operation: BinaryOperation, _ x: Graph.Operand, _ y: Graph.Operand, _ dataType: DataType
  ) -> Rewrite? {
    guard dataType == .float32 || dataType == .float64 else { return nil }
    switch (operation, uniform[x], uniform[y]) {
    case (.multiply, _, let factor?): return (.unary(.scale(factor)), [x])
    case (.multiply, let factor?, _): return (.unary(.scale(factor)), [y])
    case (.add, _, let term?): return (.unary(.shift(term)), [x])
    case (.add, let term?, _): return (.unary(.shift(term)), [y])
    case (.subtract, _, let term?): return (.unary(.shift(-term)), [x])
    default: return nil
    }
  }

  private func select(
    _ condition: Graph.Operand, _ x: Graph.Operand, _ y: Graph.Operand
  ) -> Rewrite? {
    if x == y { return (.copy, [x]) }
    if let known = uniform[condition] { return (.copy, [known == 0 ? y : x]) }
    if let inner = argument(of: condition, { $0 == .unary(.logicalNot) })?.x {
      return (.select, [inner, y, x])
    }
    return nil
  }

  /// A conversion of a conversion that lost nothing is one conversion, and perhaps none.
  private func convert(_ x: Graph.Operand, to target: DataType) -> Rewrite? {
    let between = graph.dataType(x)
    guard let inner = argument(of: x, { $0 == .copy })?.x else { return nil }
    let origin = graph.dataType(inner)
    if origin == between && between == target { return nil }
    return between.holdsAll(of: origin) ? (.copy, [inner]) : nil
  }

  /// The extremum of one element is that element, and so is a wrapping sum; a floating-point sum
  /// starts from +0, and makes that of −0.
  private func reduce(
    _ operation: ReductionOperation, _ axes: [Int], _ x: Graph.Operand, _ dataType: DataType
  ) -> Rewrite? {
    guard axes.allSatisfy({ x.layout.shape[$0] == 1 }) else { return nil }
    switch operation {
    case .maximum, .minimum, .any, .all: return (.copy, [x])
    case .sum, .product: return dataType.isInteger ? (.copy, [x]) : nil
    case .mean: return nil
    }
  }
}

extension DataType {
  /// Whether every number of another element type is one of this type.
  func holdsAll(of other: DataType) -> Bool {
    if self == other || other == .bool { return true }
    switch (other, self) {
    case (.float16, .float32), (.bfloat16, .float32): return true
    case (_, .float64) where other.isFloatingPoint: return true
    case (.int8, _), (.uint8, _):
      return byteCount > 1 && (isInteger || self != .bfloat16 && isFloatingPoint)
    case (.int16, _): return byteCount > 2 && self != .bool
    case (.int32, .int64), (.int32, .float64): return true
    default: return false
    }
  }
}
