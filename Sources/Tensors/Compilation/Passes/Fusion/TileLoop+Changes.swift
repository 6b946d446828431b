/// Where values are made piece by piece in one memory, their pieces may be written by one loop: tiles
/// run through all members before the next tile begins, and within a tile what is only passed on is
/// written first. None of that may change what is read, or what is written last.
extension TileLoop {
  /// Whether the members that write to one memory, or read it, never meet there, or change each
  /// element in its place.
  ///
  /// - Parameter isReadOnce: Whether only one instruction reads a value. What a loop makes and
  ///   changes is lost, so nobody else may need it.
  func changesAgree(isReadOnce: (Int) -> Bool) -> Bool {
    let memory = changedMemory
    let changed = Set(memory.values).union(partlyWritten)
    if changed.isEmpty { return true }
    let made = Set(members.map(\.output.value))
    var writes: [Int: [TileWalk]] = [:]
    for member in members {
      let place = memory[member.output.value] ?? member.output.value
      guard changed.contains(place) else { continue }
      if let predecessor = member.instruction.outputs[0].predecessor,
        made.contains(predecessor), !isReadOnce(predecessor)
      {
        return false
      }
      // What reads what it changes follows its writer in a tile; other writes follow nobody.
      let staysInPlace = member.instruction.operation.readsOutput
      for write in writes[place, default: []] {
        let isAtSamePlaces = staysInPlace && meetsInOrder(member.output, write)
        if !isAtSamePlaces && !isApart(member.output, write) { return false }
      }
      writes[place, default: []].append(member.output)
    }
    return members.allSatisfy { member in
      member.inputs.allSatisfy { read in
        (writes[memory[read.value] ?? read.value] ?? []).allSatisfy {
          meetsInOrder(read, $0) || isApart(read, $0)
        }
      }
    }
  }

  /// For each value that starts from another one's contents the first of that line: all of them may
  /// lie in its memory.
  private var changedMemory: [Int: Int] {
    var memory: [Int: Int] = [:]
    for member in members {
      guard let predecessor = member.instruction.outputs[0].predecessor else { continue }
      memory[member.output.value] = memory[predecessor] ?? predecessor
    }
    return memory
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

  private func meetsInOrder(_ a: TileWalk, _ b: TileWalk) -> Bool {
    a.offset == b.offset && a.strides == b.strides
  }

  /// Whether two walks have no place in common; false where that is not plain to see.
  ///
  /// The distance between a place of one and a place of the other is that of their starts, and
  /// multiples of an axis's stride where the outer axes' strides are such too, and at most the reach
  /// of the inner axes: it is 0 nowhere if the remainder of the starts' distance is beyond that reach
  /// on either side.
  private func isApart(_ a: TileWalk, _ b: TileWalk) -> Bool {
    guard a.strides == b.strides else { return false }
    let distance = abs(a.offset - b.offset)
    var reach = 0
    for axis in a.strides.indices.reversed() {
      let stride = a.strides[axis]
      if stride > 0, a.strides[..<axis].allSatisfy({ $0 % stride == 0 }) {
        let rest = distance % stride
        if rest > reach && stride - rest > reach { return true }
      }
      reach += stride * (members[0].lengths[axis] - 1)
    }
    return distance > reach
  }
}
