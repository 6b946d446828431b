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
