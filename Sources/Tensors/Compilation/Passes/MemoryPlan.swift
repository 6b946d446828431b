import Arrays

/// Where every value of a graph lies while a plan runs.
///
/// Values share memory where an instruction changes a value that nobody reads afterwards, and
/// where their lives do not overlap: all that is neither argument nor result lies in one arena.
package struct MemoryPlan: Sendable {
  package enum Place: Sendable, Hashable {
    /// The memory of an argument.
    case input(Int)
    /// The memory of a result that the plan gives back.
    case result(Int)
    case constant
    /// A part of the arena, from this byte on.
    case arena(Int)
    /// Nobody writes or reads the value.
    case nowhere
  }

  /// A value whose contents another starts from, though it is read later.
  package struct Copy: Sendable, Hashable {
    package var source: Int
    package var destination: Int
  }

  /// A result that is computed elsewhere and copied to its place after all has run.
  package struct Commit: Sendable, Hashable {
    package var value: Int
    package var result: Int
  }

  /// The place of each value.
  package internal(set) var places: [Place]
  /// Where each instruction's scratch memory starts in the arena.
  package internal(set) var scratchOffsets: [Int]
  /// The size of the arena.
  package internal(set) var arenaBytes = 0
  /// What is copied before an instruction, by its number.
  package internal(set) var copies: [Int: [Copy]] = [:]
  package internal(set) var commits: [Commit] = []

  /// - Parameters:
  ///   - graph: The instructions in the order in which they will run.
  ///   - sharing: Which values share memory.
  ///   - scratchBytes: What each instruction needs for itself; none where empty.
  package init(_ graph: Graph, _ sharing: BufferSharing, scratchBytes: [Int] = []) {
    copies = sharing.copies
    places = sharing.buffer.map { $0 == nil ? .nowhere : .constant }
    scratchOffsets = Array(repeating: 0, count: graph.instructions.count)
    var settled = sharing.settled()
    commits = settled.commits
    var arena = ArenaLayout()
    for index in sharing.buffers.indices where settled.places[index] == nil {
      let buffer = sharing.buffers[index]
      arena.add(buffer.byteCount, from: buffer.first, through: buffer.last, as: index)
    }
    let count = sharing.buffers.count
    for (number, bytes) in scratchBytes.enumerated() where bytes > 0 {
      arena.add(bytes, from: number, through: number, as: count + number)
    }
    arena.place()
    arenaBytes = arena.byteCount
    for (item, offset) in arena.offsets {
      if item < count {
        settled.places[item] = .arena(offset)
      } else {
        scratchOffsets[item - count] = offset
      }
    }
    for (value, buffer) in sharing.buffer.enumerated() {
      if let buffer, let place = settled.places[buffer] { places[value] = place }
    }
  }
}

/// Lays intervals of memory out so that those that live at one time do not overlap: the largest
/// first, each as low as it fits.
struct ArenaLayout {
  private struct Item {
    let byteCount: Int
    let lives: ClosedRange<Int>
    let name: Int
    var offset = 0
  }

  private var items: [Item] = []
  private(set) var byteCount = 0
  /// The offset of each item, by its name.
  private(set) var offsets: [Int: Int] = [:]

  mutating func add(_ byteCount: Int, from first: Int, through last: Int, as name: Int) {
    items.append(
      Item(
        byteCount: max(byteCount, 1).roundedUpToLine, lives: first...max(first, last), name: name))
  }

  mutating func place() {
    items.sort { ($0.byteCount, $1.name) > ($1.byteCount, $0.name) }
    var placed: [Item] = []
    for var item in items {
      let neighbours = placed.filter { $0.lives.overlaps(item.lives) }
        .sorted { $0.offset < $1.offset }
      for neighbour in neighbours {
        if item.offset + item.byteCount <= neighbour.offset { break }
        item.offset = max(item.offset, neighbour.offset + neighbour.byteCount)
      }
      placed.append(item)
      byteCount = max(byteCount, item.offset + item.byteCount)
      offsets[item.name] = item.offset
    }
  }
}
