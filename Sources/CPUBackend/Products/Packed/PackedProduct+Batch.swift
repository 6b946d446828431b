import CKernels

extension PackedProduct {
  /// Bytes of 64-byte aligned memory that `run(batch:)` needs for its own use.
  package var batchScratchByteCount: Int {
    if case .inBlock = packing { slotCount * MemoryLayout<Float>.stride } else { 0 }
  }

  /// Computes one matrix of a batch on the calling thread.
  ///
  /// - Parameter scratch: `batchScratchByteCount` bytes, which no other thread uses.
  package func run(
    batch: Int, a: UnsafePointer<Float>, b: UnsafePointer<Float>, c: UnsafeMutablePointer<Float>,
    scratch: UnsafeMutableRawPointer
  ) {
    if m == 0 || n == 0 { return }
    let operands = Operands(
      a: a, b: b, c: c, bias: nil, scratch: scratch.assumingMemoryBound(to: Float.self))
    for tile in 0..<tiling.tiles {
      multiply(operands, batch: batch, tile: tile, slot: 0, nil)
    }
  }

  /// Multiplies what has been packed, which is in the cache, by the product's factor.
  func multiply(_ packed: UnsafeMutablePointer<Float>, count: Int) {
    var tile = kernel_tile()
    tile.z = UnsafeMutableRawPointer(packed)
    tile.x = UnsafeRawPointer(packed)
    tile.rows = 1
    tile.columns = count
    tile.p = scale
    kernel_tile_unary_float32(KERNEL_SCALE)(&tile)
  }
}
