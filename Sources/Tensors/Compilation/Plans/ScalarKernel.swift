import Arrays
import Glibc

/// One operation on single numbers, float64 or int64; float32 is converted only.
struct ScalarStep: Sendable {
  enum Function: Sendable {
    case constant(Double)
    case copy
    case unary(UnaryOperation)
    case binary(BinaryOperation)
  }

  struct Place: Sendable {
    var value: Int
    var offset: Int
    var dataType: DataType
  }

  let function: Function
  let inputs: [Place]
  let output: Place

  /// nil where the instruction is another.
  init?(_ instruction: Graph.Instruction, in graph: Graph) {
    func place(_ value: Int, _ layout: Layout) -> Place? {
      let type = graph.values[value].dataType
      guard layout.count == 1, type == .float64 || type == .int64 || type == .float32 else {
        return nil
      }
      return Place(value: value, offset: layout.offset, dataType: type)
    }
    let inputs = instruction.inputs.compactMap { place($0.value, $0.layout) }
    guard inputs.count == instruction.inputs.count, instruction.outputs.count == 1,
      let output = place(instruction.outputs[0].value, instruction.outputs[0].layout)
    else { return nil }
    switch instruction.operation {
    case .fill(let value): function = .constant(value)
    case .copy:
      if inputs[0].dataType == .float64 && output.dataType == .int64 { return nil }
      function = .copy
    case .unary(let operation):
      guard output.dataType == .float64, ScalarStep.supports(operation) else { return nil }
      function = .unary(operation)
    case .binary(let operation):
      guard output.dataType != .float32, ScalarStep.supports(operation, output.dataType) else {
        return nil
      }
      function = .binary(operation)
    default: return nil
    }
    // What is float32 throughout belongs to the loops over tiles.
    let written = instruction.outputs[0]
    let isWhole =
      written.predecessor == nil && written.layout == graph.values[written.value].layout
    if isWhole && output.dataType == .float32 && inputs.allSatisfy({ $0.dataType == .float32 }) {
      return nil
    }
    self.inputs = inputs
    self.output = output
  }

  private static func supports(_ operation: UnaryOperation) -> Bool {
    switch operation {
    case .negate, .square, .sqrt, .reciprocal, .scale, .shift: true
    default: false
    }
  }

  private static func supports(_ operation: BinaryOperation, _ type: DataType) -> Bool {
    switch operation {
    case .add, .subtract, .multiply: true
    case .divide, .power: type == .float64
    default: false
    }
  }

  static func apply(_ operation: UnaryOperation, _ x: Double) -> Double {
    switch operation {
    case .negate: -x
    case .square: x * x
    case .sqrt: x.squareRoot()
    case .reciprocal: 1 / x
    case .scale(let factor): x * factor
    case .shift(let term): x + term
    default: .nan
    }
  }

  static func apply(_ operation: BinaryOperation, _ x: Double, _ y: Double) -> Double {
    switch operation {
    case .add: x + y
    case .subtract: x - y
    case .multiply: x * y
    case .divide: x / y
    case .power: pow(x, y)
    default: .nan
    }
  }

  static func apply(_ operation: BinaryOperation, _ x: Int64, _ y: Int64) -> Int64 {
    switch operation {
    case .add: x &+ y
    case .subtract: x &- y
    default: x &* y
    }
  }
}

/// Arithmetic on single numbers, step by step.
final class ScalarKernel: PlanKernel {
  private struct Register: Sendable {
    var place: ScalarStep.Place
    /// The register that holds the number; nil where it is read from memory.
    var register: Int?
  }

  private struct Step: Sendable {
    var function: ScalarStep.Function
    var inputs: [Register]
    var output: ScalarStep.Place
    var isStored: Bool
  }

  private let steps: [Step]

  init(_ instructions: [Graph.Instruction], storing stored: Set<Int>, in graph: Graph) {
    var registers: [Int: (offset: Int, register: Int)] = [:]
    steps = instructions.compactMap { ScalarStep($0, in: graph) }.enumerated().map { number, step in
      let inputs = step.inputs.map { place in
        let known = registers[place.value].flatMap { $0.offset == place.offset ? $0.register : nil }
        return Register(place: place, register: known)
      }
      registers[step.output.value] = (step.output.offset, number)
      return Step(
        function: step.function, inputs: inputs, output: step.output,
        isStored: stored.contains(step.output.value))
    }
  }

  func run(_ bases: UnsafePointer<UnsafeMutableRawPointer>, scratch: UnsafeMutableRawPointer) {
    withUnsafeTemporaryAllocation(of: UInt64.self, capacity: steps.count) { registers in
      for (number, step) in steps.enumerated() {
        let bits = compute(step, bases, registers)
        registers[number] = bits
        if step.isStored { store(bits, step.output, bases) }
      }
    }
  }

  private func compute(
    _ step: Step, _ bases: UnsafePointer<UnsafeMutableRawPointer>,
    _ registers: UnsafeMutableBufferPointer<UInt64>
  ) -> UInt64 {
    func bits(_ index: Int) -> UInt64 {
      let input = step.inputs[index]
      return input.register.map { registers[$0] } ?? load(input.place, bases)
    }
    func number(_ index: Int) -> Double { Double(bitPattern: bits(index)) }
    let isInteger = step.output.dataType == .int64
    switch step.function {
    case .constant(let value):
      return isInteger ? UInt64(bitPattern: Int64(value)) : value.bitPattern
    case .copy:
      let bits = bits(0)
      if isInteger || step.inputs[0].place.dataType != .int64 { return rounded(bits, step) }
      return Double(Int64(bitPattern: bits)).bitPattern
    case .unary(let operation): return ScalarStep.apply(operation, number(0)).bitPattern
    case .binary(let operation):
      if isInteger {
        return UInt64(
          bitPattern: ScalarStep.apply(
            operation, Int64(bitPattern: bits(0)), Int64(bitPattern: bits(1))))
      }
      return ScalarStep.apply(operation, number(0), number(1)).bitPattern
    }
  }

  /// A copied number as its type holds it.
  private func rounded(_ bits: UInt64, _ step: Step) -> UInt64 {
    guard step.output.dataType == .float32 else { return bits }
    return Double(Float(Double(bitPattern: bits))).bitPattern
  }

  private func load(
    _ place: ScalarStep.Place, _ bases: UnsafePointer<UnsafeMutableRawPointer>
  ) -> UInt64 {
    let address = bases[place.value]
    switch place.dataType {
    case .float32:
      return Double(address.load(fromByteOffset: place.offset * 4, as: Float.self)).bitPattern
    default: return address.load(fromByteOffset: place.offset * 8, as: UInt64.self)
    }
  }

  private func store(
    _ bits: UInt64, _ place: ScalarStep.Place, _ bases: UnsafePointer<UnsafeMutableRawPointer>
  ) {
    let address = bases[place.value]
    switch place.dataType {
    case .float32:
      address.storeBytes(
        of: Float(Double(bitPattern: bits)), toByteOffset: place.offset * 4, as: Float.self)
    default: address.storeBytes(of: bits, toByteOffset: place.offset * 8, as: UInt64.self)
    }
  }
}
