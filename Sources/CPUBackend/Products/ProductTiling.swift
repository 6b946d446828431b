/// How one product of matrices is cut into blocks: by its shape alone, so that the bits of the
/// result do not depend on how many threads share the blocks.
///
/// Libraries copy both operands into their own order for every block, so that large blocks are
/// cheaper: those of 256×512 ran within some 5 % of the best rate measured, those of 128×128
/// within 10 % for operands that fit the second-level cache and 20 % for larger ones.
struct ProductTiling {
  /// The rows and columns of a block, save the last ones.
  let rows: Int
  let columns: Int
  /// The terms of a sum that are added in one block; each stretch gives a partial result.
  let depth: Int

  let rowBlocks: Int
  let columnBlocks: Int
  let depthBlocks: Int

  /// The multiplications that a block should have at least, if the shape allows.
  private static let workOfBlock = 4 << 20
  /// Blocks are made down to this size in any case, as far as the work goes …
  private static let largeBlock = 256 * 512
  private static let mostBlocks = 32
  /// … and below it, down to this length, only for so many.
  private static let leastLength = 128
  private static let fewBlocks = 8
  /// Sums are cut where rows and columns give fewer blocks than this.
  private static let fewTiles = 4
  private static let leastDepth = 512
  private static let mostStretches = 16

  init(m: Int, n: Int, k: Int) {
    let wanted = min(max(m * n * k / ProductTiling.workOfBlock, 1), ProductTiling.mostBlocks)
    var rowParts = 1
    var columnParts = 1
    while rowParts * columnParts < wanted {
      let rows = m / rowParts
      let columns = n / columnParts
      if max(rows, columns) < 2 * ProductTiling.leastLength { break }
      if rowParts * columnParts >= ProductTiling.fewBlocks
        && rows * columns < 2 * ProductTiling.largeBlock
      {
        break
      }
      if rows >= columns { rowParts *= 2 } else { columnParts *= 2 }
    }
    let tiles = rowParts * columnParts
    var depthParts = 1
    if tiles < ProductTiling.fewTiles {
      let most = min(wanted, ProductTiling.mostStretches) / tiles
      depthParts = max(1, min(most, k / ProductTiling.leastDepth))
    }
    rows = ProductTiling.length(m, parts: rowParts)
    columns = ProductTiling.length(n, parts: columnParts)
    depth = ProductTiling.length(k, parts: depthParts)
    rowBlocks = (m + rows - 1) / rows
    columnBlocks = (n + columns - 1) / columns
    depthBlocks = max(1, (k + depth - 1) / depth)
  }

  /// An equal part of `total`, rounded up to whole vectors.
  private static func length(_ total: Int, parts: Int) -> Int {
    parts == 1 ? max(total, 1) : ((total + parts - 1) / parts + 15) / 16 * 16
  }

  var blocks: Int { rowBlocks * columnBlocks * depthBlocks }
}
