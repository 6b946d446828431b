import Arrays
import CPUBackend

/// Instructions that run as one loop over tiles: all over the same elements, or over the rows of
/// the others' matrix.
struct TileGroup {
  private(set) var members: [TileMember] = []
  /// The same before any was repeated along columns.
  private(set) var originals: [TileMember] = []
  /// The elements of the space, or of what is known of it so far.
  private var count = 0
  /// The columns of a row, once rows are folded.
  private var rowLength: Int?

  /// So many instructions make a loop long enough; more would only crowd the cache.
  private static let mostMembers = 48

  init(_ member: TileMember) {
    _ = add(member)
  }

  /// Adds an instruction, unless it does not fit.
  mutating func add(_ member: TileMember) -> Bool {
    if members.count >= TileGroup.mostMembers { return false }
    let original = member
    var (grown, member) = (self, member)
    if members.isEmpty { grown.count = member.count }
    if member.count != grown.count {
      guard let rowLength, member.count * rowLength == count, member.foldedCount == 1 else {
        return false
      }
      member.repeatAlongColumns(rowLength)
    }
    grown.originals.append(original)
    grown.members.append(member)
    if member.foldedCount > 1, member.isFolded.last == true, member.foldedCount != member.count {
      if grown.rowLength == nil { grown.rowLength = member.foldedCount }
    }
    guard grown.members.count == 1 || TileLoop(grown.members) != nil else { return false }
    self = grown
    return true
  }

  var elementCount: Int { count }

  /// The loop of all members; nil where they cannot run as one.
  var loop: TileLoop? { TileLoop(members) }
}

/// The members of a group over common axes, at most three: matrices, rows, columns.
package struct TileLoop: Sendable {
  private(set) var members: [TileMember]
  private(set) var space: TileSpace
  /// What each reduction folds, by the number of its member.
  private(set) var folds: [Int: Fold] = [:]

  enum Fold: Sendable { case row, columns, total }

  /// Rows that are folded lie in the first-level cache whole.
  static let longestRow = 8192

  init?(_ members: [TileMember]) {
    self.members = members.sorted { $0.number < $1.number }
    space = TileSpace(rows: 1, columns: 1)
    guard split(), joinAxes() else { return nil }
    let lengths =
      [Int](repeating: 1, count: 3 - self.members[0].lengths.count)
      + self.members[0].lengths
    space = TileSpace(outer: lengths[0], rows: lengths[1], columns: lengths[2])
    guard hasPlainColumns, findFolds(), valuesAgree else { return nil }
  }

  /// The same loop over the rows and columns of a matrix, or of each of several matrices; nil where
  /// it does not run over such.
  func over(matrices: Int? = nil, rows: Int, columns: Int) -> TileLoop? {
    var loop = self
    let matrix = rows * columns
    if loop.space.count != (matrices ?? 1) * matrix { return nil }
    // What a reduction folds is said in rows and columns.
    if space.columns != columns && folds.values.contains(where: { $0 != .total }) { return nil }
    loop.space = TileSpace(outer: matrices ?? 1, rows: rows, columns: columns)
    guard loop.split(at: [columns, matrix, (matrices ?? 1) * matrix].filter { $0 > 1 }),
      loop.members[0].lengths == [matrices, rows, columns].compactMap(\.self)
    else { return nil }
    return loop
  }

  /// Whether a row's numbers are needed all at once.
  var needsWholeRows: Bool {
    folds.values.contains { $0 != .columns }
  }

  /// Splits the axes of all members at the same places.
  private mutating func split(at more: [Int] = []) -> Bool {
    var cuts = Set(more)
    for member in members {
      var inner = 1
      for length in member.lengths.reversed() {
        inner *= length
        cuts.insert(inner)
      }
    }
    let ordered = cuts.sorted()
    return members.indices.allSatisfy { members[$0].split(at: ordered) }
  }

  /// Joins what all members walk as one; false where more than three axes are left.
  private mutating func joinAxes() -> Bool {
    var axis = members[0].lengths.count - 2
    while axis >= 0 {
      if members.allSatisfy({ $0.canJoin(axis) }) {
        for index in members.indices { members[index].join(axis) }
      }
      axis -= 1
    }
    return members[0].lengths.count <= 3
  }

  /// Whether columns are consecutive, or one number, and no axis runs backward, in all walks.
  private var hasPlainColumns: Bool {
    members.allSatisfy { member in
      (member.inputs + [member.output]).allSatisfy { walk in
        guard let last = walk.strides.last else { return true }
        return (last == 0 || last == 1) && walk.strides.allSatisfy { $0 >= 0 }
      }
    }
  }

  private mutating func findFolds() -> Bool {
    for (index, member) in members.enumerated() {
      if case .putAlongAxis = member.instruction.operation {
        if !putsIntoColumns(member) { return false }
        continue
      }
      if member.isRowwise {
        if !member.instruction.operation.folds { continue }
        if member.foldedCount != space.outer * space.rows { return false }
        folds[index] = .total
        continue
      }
      let folded = member.isFolded
      if !folded.contains(true) {
        if member.instruction.operation.folds { return false }
        continue
      }
      if folded.allSatisfy({ $0 }) {
        folds[index] = .total
      } else if folded.last == true, !folded.dropLast().contains(true) {
        if space.columns > TileLoop.longestRow { return false }
        folds[index] = .row
      } else if folded.last == false, folded.dropLast().allSatisfy({ $0 }) {
        folds[index] = .columns
      } else {
        return false
      }
      if case .takeAlongAxis = member.instruction.operation, folds[index] != .row { return false }
    }
    return true
  }

  /// Whether updates and indices are one number a row.
  private func putsIntoColumns(_ member: TileMember) -> Bool {
    member.inputs[0].strides.last == 0 && member.inputs[1].strides.last == 0
      && member.output.strides.last == 1
  }

  /// Whether what members read of each other lies where it was written, and is there in time: sums
  /// over rows are known only at the end.
  private var valuesAgree: Bool {
    var written: [TileWalk: Fold?] = [:]
    var values: [Int: Int] = [:]
    for (index, member) in members.enumerated() {
      for input in member.inputs {
        guard let count = values[input.value] else { continue }
        switch written[input] {
        case .some(let fold):
          if fold == .columns || fold == .total { return false }
        // Of a value with several writers another part may be read: see `changesAgree`.
        case .none: if count < 2 { return false }
        }
      }
      written.updateValue(folds[index], forKey: member.output)
      values[member.output.value, default: 0] += 1
    }
    return true
  }
}

extension Operation {
  /// Whether an axis is folded away.
  var folds: Bool {
    switch self {
    case .reduce, .takeAlongAxis: true
    default: false
    }
  }
}

extension TileGroup {
  /// The instructions of both as one loop; nil where they do not fit.
  static func merged(_ a: TileGroup, _ b: TileGroup) -> TileGroup? {
    let (large, small) = a.elementCount >= b.elementCount ? (a, b) : (b, a)
    var merged = large
    for member in small.originals where !merged.add(member) { return nil }
    return merged
  }
}
