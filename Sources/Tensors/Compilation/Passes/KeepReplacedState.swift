import Arrays

extension Graph {
  /// Copies state that is a result elsewhere too, before its own new value takes its memory: the old
  /// value of what a step changes, or two states that change places. So every new state can be
  /// written, or copied at the end, to where the old one lies.
  ///
  /// The last of all passes: others would forward the copies.
  package mutating func keepReplacedState() {
    let changed = Set(zip(inputs, newValues).filter { $0.1 != nil }.map(\.0))
    let origin = memoryOrigins()
    var copies: [Int: Int] = [:]
    for (number, result) in results.enumerated() {
      let start = origin[result]
      let own = replaced[number].map { inputs[$0] }
      guard changed.contains(start), start != own else { continue }
      let copy = copies[result] ?? addValue(values[result].layout, values[result].dataType)
      copies[result] = copy
      results[number] = copy
    }
    insert(copies)
  }

  /// The value in whose memory each value lies if all that can be changed in place is.
  private func memoryOrigins() -> [Int] {
    var origin = Array(values.indices)
    for instruction in instructions {
      for output in instruction.outputs {
        if let predecessor = output.predecessor { origin[output.value] = origin[predecessor] }
      }
    }
    return origin
  }

  /// Copies values as soon as they are there, so that their memory is free early.
  private mutating func insert(_ copies: [Int: Int]) {
    if copies.isEmpty { return }
    func copy(_ value: Int) -> Instruction? {
      copies[value].map {
        Instruction(.copy, [whole(value)], [Output($0, values[$0].layout)])
      }
    }
    var ordered = inputs.compactMap { copy($0) }
    for instruction in instructions {
      ordered.append(instruction)
      ordered += instruction.outputs.compactMap { copy($0.value) }
    }
    instructions = ordered
  }
}
