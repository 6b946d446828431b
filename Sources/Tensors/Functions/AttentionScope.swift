import Arrays

/// Which keys the queries of a sequence may see by their places, and the blocks of queries in which
/// attention goes through them.
struct AttentionScope: Sendable {
  let queries: Int
  let keys: Int
  let isCausal: Bool
  let window: Int?

  init(queries: Int, keys: Int, isCausal: Bool, window: Int?) {
    if let window, window < 1 {
      stop("scaledDotProductAttention: window \(window); a query sees at least its own place: 1")
    }
    self.queries = queries
    self.keys = keys
    self.isCausal = isCausal
    // A window that reaches across everything hides nothing.
    self.window = window.flatMap { $0 >= max(queries, keys) ? nil : $0 }
  }

  /// The place, among the keys, of the first query: the last one stands at the last key.
  private var first: Int { keys - queries }

  /// Whether places alone hide anything.
  private var hidesByPlace: Bool { isCausal || window != nil }

  /// The keys that the query of a row may see.
  private func visible(from row: Int) -> Range<Int> {
    let place = row + first
    let start = window.map { place - $0 + 1 } ?? 0
    let end = isCausal ? place + 1 : window.map { place + $0 } ?? keys
    let lower = min(max(start, 0), keys)
    return lower..<max(lower, min(end, keys))
  }

  /// Queries that follow one another, and the keys that any of them may see.
  struct Block: Sendable {
    let rows: Range<Int>
    let keys: Range<Int>
  }

  /// So many scores of a head stay in the second-level cache from one product to the next.
  private static let mostScores = 1 << 18
  private static let rows = 64...256

  /// All queries, and all keys: also those that none of them may see.
  var whole: Block { Block(rows: 0..<queries, keys: 0..<keys) }

  /// One block where the scores of a head fit into the cache.
  var blocks: [Block] {
    if queries * keys <= AttentionScope.mostScores { return [whole] }
    let most = window.map { min($0, keys) } ?? keys
    let count = min(
      max(AttentionScope.mostScores / most, AttentionScope.rows.lowerBound),
      AttentionScope.rows.upperBound)
    return stride(from: 0, to: queries, by: count).map {
      block($0..<min($0 + count, queries))
    }
  }

  private func block(_ rows: Range<Int>) -> Block {
    // What the first and the last row see: those between see nothing beyond.
    guard hidesByPlace, let last = rows.last else { return Block(rows: rows, keys: 0..<keys) }
    let (start, end) = (visible(from: rows.lowerBound), visible(from: last))
    return Block(rows: rows, keys: start.lowerBound..<max(start.lowerBound, end.upperBound))
  }

  /// Whether places alone hide every key from some query of a block.
  func hidesRows(_ block: Block) -> Bool {
    hidesByPlace && block.rows.contains { visible(from: $0).isEmpty }
  }

  /// What is added to the scores of each block, by place: 0 or −∞; nil where nothing is hidden.
  ///
  /// It depends on how far a key is from a query alone, so that all blocks read parts of one
  /// matrix, [rows of a block, distances].
  func bias(_ blocks: [Block], _ dataType: DataType) -> [Tensor?] {
    guard hidesByPlace, let height = blocks.map(\.rows.count).max(), height > 0 else {
      return blocks.map { _ in nil }
    }
    func start(_ block: Block) -> Int { block.keys.lowerBound - block.rows.lowerBound - first }
    let lowest = blocks.map(start).min() ?? 0
    let highest = blocks.map { start($0) + $0.keys.count }.max() ?? 0
    // Column c is a key c + lowest places behind the block's first query.
    let rows = Tensor.range(0..<height).unsqueezed(1)
    let columns = Tensor.range(lowest..<highest)
    var isSeen: Tensor? = isCausal ? columns .<= rows : nil
    if let window {
      let isNear = columns .> rows - Double(window)
      isSeen = isSeen.map { $0 && isNear } ?? (isNear && columns .< rows + Double(window))
    }
    guard let isSeen else { return blocks.map { _ in nil } }
    let bias = `where`(isSeen, Tensor.zeros([], dataType), -.infinity)
    return blocks.map { block in
      let offset = start(block) - lowest
      return bias.slice(0..<block.rows.count, along: 0)
        .slice(offset..<offset + block.keys.count, along: 1)
    }
  }
}
