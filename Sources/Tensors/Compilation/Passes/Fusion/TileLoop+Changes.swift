/// Tiles run through all members before the next tile begins. Where values are made piece by piece in
/// one memory, that must not change what is written last, or read.
extension TileLoop {
  /// Whether members that write to one memory, or read it, do so at the same places in each tile, or
  /// at places that have nothing in common.
  var changesAgree: Bool {
    var memory: [Int: Int] = [:]
    for member in members {
      guard let output = member.instruction.outputs.first else { continue }
      if let predecessor = output.predecessor {
        memory[output.value] = memory[predecessor] ?? predecessor
      }
    }
    let changed = Set(memory.values).union(partlyWritten)
    if changed.isEmpty { return true }
    var writes: [Int: [TileWalk]] = [:]
    for member in members {
      let value = member.output.value
      writes[memory[value] ?? value, default: []].append(member.output)
    }
    for member in members {
      for walk in member.inputs + [member.output] {
        let place = memory[walk.value] ?? walk.value
        guard changed.contains(place) else { continue }
        for write in writes[place] ?? [] where !isApart(walk, write) { return false }
      }
    }
    return true
  }

  /// The values of which members write parts, or read others than they write.
  private var partlyWritten: Set<Int> {
    var written: [Int: TileWalk] = [:]
    var result: Set<Int> = []
    for member in members {
      if let other = written.updateValue(member.output, forKey: member.output.value),
        other != member.output
      {
        result.insert(member.output.value)
      }
    }
    for member in members {
      for input in member.inputs {
        if let other = written[input.value], other != input { result.insert(input.value) }
      }
    }
    return result
  }

  /// Whether two walks meet at no place, or in the same order at the same places.
  private func isApart(_ a: TileWalk, _ b: TileWalk) -> Bool {
    guard a.strides == b.strides else { return false }
    let distance = abs(a.offset - b.offset)
    if distance == 0 { return true }
    // Within a period of the outer axes both are blocks, one behind the other.
    var reach = 0
    for axis in a.strides.indices.reversed() {
      let stride = a.strides[axis]
      if stride < 0 { return false }
      if distance > reach, stride > distance + reach {
        return a.strides[...axis].allSatisfy { $0 % stride == 0 }
      }
      reach += stride * (members[0].lengths[axis] - 1)
    }
    return distance > reach
  }
}
