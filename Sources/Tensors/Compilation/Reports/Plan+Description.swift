import Arrays

extension Plan: CustomStringConvertible {
  /// The plan for reading: one line a kernel.
  public var description: String {
    var lines: [String] = []
    for (number, instruction) in graph.instructions.enumerated() {
      lines.append("\(number): " + graph.line(instruction, memory))
    }
    return lines.joined(separator: "\n")
  }
}

extension Graph {
  func line(_ instruction: Instruction, _ memory: MemoryPlan) -> String {
    func name(_ value: Int, _ layout: Layout) -> String {
      let place =
        switch memory.places[value] {
        case .input(let n): "a\(n)"
        case .result(let n): "r\(n)"
        case .constant: "c"
        case .arena(let offset): "@\(offset)"
        case .nowhere: "-"
        }
      return "%\(value)\(place)\(layout.shape)"
    }
    let inputs = instruction.inputs.map { name($0.value, $0.layout) }
    let outputs = instruction.outputs.map {
      name($0.value, $0.layout) + ($0.predecessor.map { "<-%\($0)" } ?? "")
    }
    var text: String
    if case .fused(let fusion) = instruction.operation {
      text = "fused[" + fusion.instructions.map { "\($0.operation)" }.joined(separator: "; ") + "]"
    } else {
      text = "\(instruction.operation)"
    }
    if text.count > 400 { text = String(text.prefix(400)) }
    return "\(outputs.joined(separator: ", ")) = \(text) \(inputs.joined(separator: ", "))"
  }
}
