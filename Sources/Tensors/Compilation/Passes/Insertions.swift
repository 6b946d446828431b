/// Instructions to be put into a graph after others, or in the place of them.
struct Insertions {
  private var after: [Int: [Graph.Instruction]] = [:]
  private var replaced: [Int: [Graph.Instruction]] = [:]

  /// Adds an instruction behind number `place`; −1 is the start.
  mutating func add(_ instruction: Graph.Instruction, after place: Int) {
    after[place, default: []].append(instruction)
  }

  mutating func replace(_ place: Int, by instructions: [Graph.Instruction]) {
    replaced[place] = instructions
  }

  var isEmpty: Bool { after.isEmpty && replaced.isEmpty }

  func applied(to instructions: [Graph.Instruction]) -> [Graph.Instruction] {
    var result = after[-1] ?? []
    result.reserveCapacity(instructions.count + after.count)
    for (number, instruction) in instructions.enumerated() {
      if let others = replaced[number] {
        result += others
      } else {
        result.append(instruction)
      }
      if let others = after[number] { result += others }
    }
    return result
  }
}
