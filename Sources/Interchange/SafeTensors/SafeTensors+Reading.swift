import Arrays
import Tensors

extension SafeTensors {
  /// Reads one tensor, of the element type that the file has.
  ///
  /// - Throws: `InterchangeError` when there is none of this name, its element type is not one of
  ///   `DataType`, it would not fit into memory, or the file cannot be read.
  public func tensor(_ name: String) throws(InterchangeError) -> Tensor {
    guard let entry = self[name] else {
      let nearest = Name.nearest(to: name, among: names)
      throw InterchangeError(
        .missingTensor, file: file, tensor: name, found: "\(entries.count) others",
        expected: nearest.map { "a name of the file, as \(Name.shown($0))" }
          ?? "a name of the file")
    }
    try requireMemory(for: [entry])
    return try read(entry)
  }

  /// Reads all tensors.
  ///
  /// - Throws: `InterchangeError`, as `tensor(_:)`.
  public func tensors() throws(InterchangeError) -> [String: Tensor] {
    try read(entries)
  }

  /// Reads some tensors, if there is memory for all of them.
  func read(_ entries: [Entry]) throws(InterchangeError) -> [String: Tensor] {
    try requireMemory(for: entries)
    var tensors: [String: Tensor] = [:]
    for entry in entries { tensors[entry.name] = try read(entry) }
    return tensors
  }

  /// Throws where the tensors together do not fit into the memory that may still be taken.
  private func requireMemory(for entries: [Entry]) throws(InterchangeError) {
    let byteCount = entries.reduce(0) { $0 + $1.bytes.count }
    // Asking takes about a millisecond: small tensors are not worth it.
    if byteCount < 1 << 24 { return }
    let subject = entries.count == 1 ? "the tensor" : "\(entries.count) tensors"
    if let refusal = MemoryLimit.refusal(of: byteCount, for: subject) {
      throw InterchangeError(
        .tooLarge, file: file, tensor: entries.count == 1 ? entries[0].name : nil,
        found: refusal, expected: "tensors that fit into memory")
    }
  }

  /// Reads a tensor for which there is memory.
  private func read(_ entry: Entry) throws(InterchangeError) -> Tensor {
    guard let dataType = entry.elementType.dataType else {
      let known = DataType.allCases.map { ElementType($0).rawValue }.joined(separator: ", ")
      throw InterchangeError(
        .unsupportedElementType, file: file, tensor: entry.name, offset: entry.bytes.lowerBound,
        found: entry.elementType.rawValue, expected: "one of \(known)")
    }
    let array = NDArray(allocated: Layout(contiguous: entry.shape), dataType)
    let memory = UnsafeMutableRawBufferPointer(start: array.rawPointer, count: entry.bytes.count)
    try contents.read(at: entry.bytes.lowerBound, into: memory, tensor: entry.name)
    if dataType == .bool { try requireTruthValues(memory, entry) }
    return withExtendedLifetime(array) { Tensor(array) }
  }

  /// Swift gives no meaning to a `Bool` of other bits than 0 and 1.
  private func requireTruthValues(
    _ memory: UnsafeMutableRawBufferPointer, _ entry: Entry
  ) throws(InterchangeError) {
    guard let place = memory.firstIndex(where: { $0 > 1 }) else { return }
    throw InterchangeError(
      .invalidElement, file: file, tensor: entry.name, offset: entry.bytes.lowerBound + place,
      found: "\(memory[place])", expected: "0 or 1, as BOOL has them")
  }
}
