import Arrays
import Tensors

/// A safetensors file, the common form of checkpoints: named tensors and a few texts, and nothing
/// that could be executed (<https://github.com/huggingface/safetensors>).
///
///     let file = try SafeTensors(contentsOf: "model.safetensors")
///     for entry in file.entries { print(entry.name, entry.elementType, entry.shape) }
///     let weight = try file.tensor("hidden.weight")
///
/// Opening reads and checks the header alone: its length against the file's, names, types and shapes,
/// and that the tensors' bytes follow each other without overlap and without holes. A tensor is read
/// when it is asked for. The file stays open as long as a copy of the value is kept, so that
/// replacing it (as `write(_:to:metadata:)` does) disturbs nobody; a file that somebody shortens
/// meanwhile is an error.
public struct SafeTensors: Sendable {
  /// A tensor of the file.
  public struct Entry: Sendable, Hashable {
    /// The tensor's name, for example `hidden.weight`.
    public let name: String
    /// The type of the elements.
    public let elementType: ElementType
    /// The length along each axis.
    public let shape: Shape
    /// Where the elements stand in the file: row-major, little-endian.
    public let bytes: Range<Int>
  }

  /// The tensors, in the order of their bytes.
  public let entries: [Entry]
  /// The texts under `__metadata__`.
  public let metadata: [String: String]
  private let places: [String: Int]
  let contents: ByteContents

  /// Opens a file.
  ///
  /// - Throws: `InterchangeError` when it is missing, unreadable or not a sound safetensors file.
  public init(contentsOf path: String) throws(InterchangeError) {
    try self.init(ByteContents(opening: path))
  }

  /// Takes the bytes of a file; `name` stands for the file in errors.
  ///
  /// - Throws: `InterchangeError` when they are not those of a sound safetensors file.
  public init(fileBytes: [UInt8], name: String) throws(InterchangeError) {
    try self.init(ByteContents(fileBytes, file: name))
  }

  private init(_ contents: ByteContents) throws(InterchangeError) {
    let header = try Header(contents)
    entries = header.entries
    metadata = header.metadata
    places = Dictionary(
      uniqueKeysWithValues: header.entries.enumerated().map { ($1.name, $0) })
    self.contents = contents
  }

  /// The file's path, or the name of bytes that come from elsewhere.
  public var file: String { contents.file }

  /// The names of the tensors, sorted.
  public var names: [String] { places.keys.sorted() }

  /// The tensor of this name, nil where there is none.
  public subscript(name: String) -> Entry? { places[name].map { entries[$0] } }
}
