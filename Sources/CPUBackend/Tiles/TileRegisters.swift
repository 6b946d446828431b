import Arrays

/// Gives the tiles of a program registers: tiles that are not alive at the same time share one.
struct TileRegisters {
  /// The registers' extents and the bytes of one element.
  private(set) var registers: [(extent: TileExtent, elementSize: Int)] = []

  /// Numbers `slots`' registers. What the prologue writes lives through all tiles of a block.
  init(_ slots: inout [TileSlot], prologue: [TileStep], body: [TileStep]) {
    var lastUse = Array(repeating: -1, count: slots.count)
    for (position, step) in body.enumerated() {
      for slot in [step.z, step.x, step.y, step.w] { lastUse[slot] = position }
    }
    for step in prologue where slots[step.z].access == nil && slots[step.z].register < 0 {
      slots[step.z].register = add(slots[step.z])
      lastUse[step.z] = .max
    }
    var free: [Int] = []
    for (position, step) in body.enumerated() {
      // A result may lie over an operand that ends here.
      for slot in Set([step.x, step.y, step.w])
      where slot != step.z && slots[slot].register >= 0 && lastUse[slot] == position {
        free.append(slots[slot].register)
      }
      guard slots[step.z].access == nil, slots[step.z].register < 0 else { continue }
      let wanted = slots[step.z]
      if let place = free.lastIndex(where: { isAlike(registers[$0], wanted) }) {
        slots[step.z].register = free.remove(at: place)
      } else {
        slots[step.z].register = add(wanted)
      }
    }
  }

  private mutating func add(_ slot: TileSlot) -> Int {
    registers.append((slot.extent, slot.elementSize))
    return registers.count - 1
  }

  private func isAlike(_ register: (extent: TileExtent, elementSize: Int), _ slot: TileSlot) -> Bool
  {
    register.extent == slot.extent && register.elementSize == slot.elementSize
  }

  /// The bytes of all registers for each element of a tile.
  var bytesPerElement: Int {
    registers.reduce(0) { $0 + ($1.extent == .full ? $1.elementSize : 0) }
  }

  /// Where each register lies in a workspace, behind its first `start` bytes, and the end of the
  /// last.
  func layOut(from start: Int, rows: Int, columns: Int) -> (offsets: [Int], end: Int) {
    var end = start, offsets: [Int] = []
    for register in registers {
      let count =
        switch register.extent {
        case .full: rows * columns
        case .row: rows
        case .column: columns
        case .scalar: 1
        }
      end = end.roundedUpToLine
      offsets.append(end)
      // Kernels for short rows write whole lanes.
      end += count * register.elementSize + 64
    }
    return (offsets, end.roundedUpToLine)
  }
}
