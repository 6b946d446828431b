import Arrays

/// A traced program: instructions over values, in an order in which they can run.
///
/// A value is the contents of one piece of memory between two instructions that write it, so every
/// value is written once; after `writeParts` also by several instructions, each of which writes a
/// part that has nothing in common with the others'. Operands and results are views of values, as
/// everywhere below tensors: transposes, slices and broadcasts are layouts and no instructions.
package struct Graph: Sendable {
  /// Where a value comes from.
  package enum Origin: Sendable {
    /// The argument of this number.
    case input(Int)
    /// Numbers that are known when the graph is made.
    case constant(NDArray)
    case instruction
  }

  package struct Value: Sendable {
    /// From offset 0, and dense save where rows are apart: see `spreadRows`.
    package var layout: Layout
    package var dataType: DataType
    package var origin: Origin

    package init(_ layout: Layout, _ dataType: DataType, _ origin: Origin) {
      self.layout = layout
      self.dataType = dataType
      self.origin = origin
    }

    package var byteCount: Int { (layout.reach?.count ?? 0) * dataType.byteCount }
  }

  /// A view of a value.
  package struct Operand: Sendable, Hashable {
    package var value: Int
    package var layout: Layout

    package init(_ value: Int, _ layout: Layout) {
      self.value = value
      self.layout = layout
    }
  }

  /// What an instruction writes.
  package struct Output: Sendable, Hashable {
    package var value: Int
    /// The part of the value that is written.
    package var layout: Layout
    /// The value whose contents this one starts from, in the same memory where that is possible;
    /// nil where all that is read later is written here or by a successor.
    package var predecessor: Int?

    package init(_ value: Int, _ layout: Layout, after predecessor: Int? = nil) {
      self.value = value
      self.layout = layout
      self.predecessor = predecessor
    }
  }

  package struct Instruction: Sendable, Hashable {
    package var operation: Operation
    package var inputs: [Operand]
    package var outputs: [Output]

    package init(_ operation: Operation, _ inputs: [Operand], _ outputs: [Output]) {
      self.operation = operation
      self.inputs = inputs
      self.outputs = outputs
    }
  }

  /// A value that depends on a few arguments alone. It stays in the plan's memory between calls, and
  /// is computed anew only where the contents of one of them are others.
  package struct KeptValue: Sendable, Hashable {
    package var value: Int
    /// The numbers of the arguments.
    package var arguments: [Int]
    /// The value in the same memory that is made of the arguments' new contents, for the next call;
    /// nil where the plan does not change them.
    package var renewed: Int?
  }

  package var values: [Value] = []
  package var instructions: [Instruction] = []
  /// The values of the arguments.
  package var inputs: [Int] = []
  /// The values that are given back, row-major and whole.
  package var results: [Int] = []
  /// For each result the argument (its number) whose place it takes, where it takes one: state.
  package var replaced: [Int?] = []

  /// Values that are the same at the next call where an argument is.
  package var kept: [KeptValue] = []

  package init() {}

  /// A new value that an instruction is to write.
  package mutating func addValue(_ layout: Layout, _ dataType: DataType) -> Int {
    values.append(Value(layout, dataType, .instruction))
    return values.count - 1
  }

  /// For each argument the value that takes its place; nil where it stays as it is.
  package var newValues: [Int?] {
    var newValues = [Int?](repeating: nil, count: inputs.count)
    for (result, argument) in zip(results, replaced) {
      if let argument, result != inputs[argument] { newValues[argument] = result }
    }
    return newValues
  }

  /// The whole of a value.
  package func whole(_ value: Int) -> Operand { Operand(value, values[value].layout) }

  /// The element type of an operand.
  package func dataType(_ operand: Operand) -> DataType { values[operand.value].dataType }
}

extension Layout: Hashable {
  package static func == (a: Layout, b: Layout) -> Bool {
    a === b || a.shape == b.shape && a.strides == b.strides && a.offset == b.offset
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(shape)
    hasher.combine(strides)
    hasher.combine(offset)
  }
}
