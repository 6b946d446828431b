/// A strided array of numbers: memory, where the elements lie in it, and their type.
///
/// It is what a backend sees of a tensor. An array owns pooled memory, or is a view of another's.
/// Written only while nothing else can see it: by the backend that fills a fresh result, or by an
/// in-place update of an array that is uniquely referenced. From then on it does not change, so it
/// may be shared between threads.
///
/// One object for memory and layout together, because tensors are copied far more often than made:
/// a copy costs one reference count.
package final class NDArray: @unchecked Sendable {
  package let layout: Layout
  package let dataType: DataType
  private let base: UnsafeMutableRawPointer
  /// Whose memory this is a view of; nil where the memory is its own.
  private let owner: NDArray?
  private let byteCount: Int

  /// A fresh array with undefined contents; `layout` must start at 0 and be dense.
  package init(uninitialized layout: Layout, _ dataType: DataType) {
    self.layout = layout
    self.dataType = dataType
    self.owner = nil
    let (byteCount, overflows) = layout.count.multipliedReportingOverflow(by: dataType.byteCount)
    if overflows { stop("out of memory: \(dataType) \(layout.shape) is larger than any memory") }
    self.byteCount = byteCount
    self.base = MemoryPool.shared.allocate(byteCount)
  }

  private init(
    _ layout: Layout, _ dataType: DataType, _ base: UnsafeMutableRawPointer, _ owner: NDArray?
  ) {
    self.layout = layout
    self.dataType = dataType
    self.base = base
    self.owner = owner
    self.byteCount = -1
  }

  deinit {
    if byteCount >= 0 { MemoryPool.shared.release(base, byteCount: byteCount) }
  }

  package var shape: Shape { layout.shape }
  package var strides: [Int] { layout.strides }
  package var rank: Int { layout.shape.rank }
  package var count: Int { layout.count }
  package var isContiguous: Bool { layout.isContiguous }
  /// Whether the memory is this array's own, so that a unique reference may change it.
  package var ownsMemory: Bool { byteCount >= 0 }

  /// The address of the element whose indices are all zero. The memory lives as long as the array:
  /// a local array must be kept alive past the last use of its address (`withExtendedLifetime`).
  package var rawPointer: UnsafeMutableRawPointer {
    base + layout.offset * dataType.byteCount
  }

  /// `rawPointer`, typed; `Element` must be the Swift type of `dataType`.
  package func pointer<Element>(as type: Element.Type) -> UnsafeMutablePointer<Element> {
    rawPointer.assumingMemoryBound(to: Element.self)
  }

  /// The same memory seen through another layout.
  package func view(_ layout: Layout) -> NDArray {
    NDArray(layout, dataType, base, owner ?? self)
  }

  /// Whether there are elements behind the layout; see `withoutValues()`.
  package var hasValues: Bool { ownsMemory || owner != nil }

  /// The layout and the element type alone: nothing of the memory is kept alive, and none may be
  /// touched.
  package func withoutValues() -> NDArray {
    if !hasValues { return self }
    return NDArray(layout, dataType, UnsafeMutableRawPointer(bitPattern: 64).unsafelyUnwrapped, nil)
  }
}
