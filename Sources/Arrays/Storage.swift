/// Pooled, 64-byte aligned memory for a computation's own use.
package final class Storage: @unchecked Sendable {
  package let pointer: UnsafeMutableRawPointer
  package let byteCount: Int

  /// Memory with undefined contents.
  package init(byteCount: Int) {
    self.byteCount = byteCount
    self.pointer = MemoryPool.shared.allocate(byteCount)
  }

  deinit {
    MemoryPool.shared.release(pointer, byteCount: byteCount)
  }
}

extension Int {
  /// The next multiple of a cache line's 64 bytes.
  package var roundedUpToLine: Int { (self + 63) / 64 * 64 }
}
