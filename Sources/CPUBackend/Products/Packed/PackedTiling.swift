/// How a product whose right operand is packed is cut into blocks: by its shape alone, so that the
/// bits of the result do not depend on how many threads share the blocks.
///
/// A block's part of a panel and its rows of the left operand stay in the second-level cache, and
/// so does its result, for what follows it.
struct PackedTiling {
  /// Rows and columns of a block, save the last ones; columns are whole panels.
  let rows: Int
  let columns: Int
  /// The terms of a sum that are added in one block; each stretch gives a partial result.
  let depth: Int

  let rowBlocks: Int
  let columnBlocks: Int
  let stretches: Int

  /// The multiplications that a block should have at least, if the shape allows.
  static let workOfBlock = 1 << 20
  private static let mostBlocks = 32
  /// Larger blocks are cut in any case (more columns share rows that must be gathered first) …
  private static let largeRows = 256
  private static let largeColumns = 256
  private static let largeGatheredColumns = 512
  /// … and blocks down to this size as far as the work goes, …
  private static let usualRows = 128
  /// … smaller ones only for so many, down to the least, or sums where they are long.
  private static let fewBlocks = 8
  private static let leastRows = 32
  private static let leastPanels = 2
  /// … or, where a thread's second-level cache holds all of the right operand (so many elements)
  /// beside other numbers, down to so many rows: consecutive blocks are one thread's, and rows that
  /// it made itself in the product before, as in the steps of a recurrent layer, lie in its cache,
  /// not in others'.
  private static let nearCount = 1 << 18
  private static let leastNearRows = 12
  private static let leastDepth = 1024
  /// Blocks that pack the same columns for less than one loop packs all for all.
  static let fewReaders = 2
  /// A row of the left operand costs at least as much as reading the packed one takes.
  private static let leastCost = 8

  /// The multiplications that a product counts as.
  static func work(m: Int, n: Int, k: Int) -> Int { max(m, leastCost) * n * k }

  /// Rows are not shared out as readily where each block packs the columns that they meet
  /// (`packsColumns`). `blocks` bounds how many are made of one product where others run beside it.
  init(
    m: Int, n: Int, k: Int, panelWidth: Int, gathersRows: Bool, packsColumns: Bool,
    blocks: Int = .max, cutsSums: Bool = true
  ) {
    let work = PackedTiling.work(m: m, n: n, k: k)
    let wanted = max(min(work / PackedTiling.workOfBlock, PackedTiling.mostBlocks, blocks), 1)
    let panels = max((n + panelWidth - 1) / panelWidth, 1)
    let largeColumns =
      gathersRows ? PackedTiling.largeGatheredColumns : PackedTiling.largeColumns
    let largePanels = max(largeColumns / panelWidth, 1)
    var rowParts = max((m + PackedTiling.largeRows - 1) / PackedTiling.largeRows, 1)
    var columnParts = (panels + largePanels - 1) / largePanels
    if !packsColumns {
      while rowParts * columnParts < wanted, m / rowParts > PackedTiling.usualRows { rowParts *= 2 }
    }
    if rowParts == 1, wanted > 1, !gathersRows, !packsColumns, n * k <= PackedTiling.nearCount,
      m >= 2 * PackedTiling.leastNearRows
    {
      rowParts = 2
    }
    var stretches = 1
    if cutsSums, rowParts * columnParts < PackedTiling.fewBlocks / 2 {
      stretches = max(1, min(wanted / (rowParts * columnParts), k / PackedTiling.leastDepth))
    }
    while rowParts * columnParts * stretches < min(wanted, PackedTiling.fewBlocks) {
      let canCutRows = m / rowParts >= 2 * PackedTiling.leastRows
      let canCutColumns = panels / columnParts >= 2 * PackedTiling.leastPanels
      let isTall = m / rowParts * 2 > panels * panelWidth / columnParts
      let prefersRows = gathersRows ? rowParts > PackedTiling.fewReaders : isTall && !packsColumns
      if canCutRows, prefersRows || !canCutColumns {
        rowParts *= 2
      } else if canCutColumns {
        columnParts *= 2
      } else {
        break
      }
    }
    rows = max((m + rowParts - 1) / rowParts, 1)
    columns = (panels + columnParts - 1) / columnParts * panelWidth
    depth = max((k + stretches - 1) / stretches, 1)
    rowBlocks = max((m + rows - 1) / rows, 1)
    columnBlocks = max((n + columns - 1) / columns, 1)
    self.stretches = max((k + depth - 1) / depth, 1)
  }

  /// Blocks of the result.
  var tiles: Int { rowBlocks * columnBlocks }
}
