/// Why a file of tensors could not be read or written: which file, which tensor, where, what was
/// found and what was expected.
public struct InterchangeError: Error, Hashable, Sendable {
  /// What went wrong.
  public enum Reason: String, Sendable, Hashable, CaseIterable {
    /// There is no such file.
    case missingFile = "no such file"
    /// It is a folder, a pipe or a device.
    case irregularFile = "not a regular file"
    /// The system refused to open or read it.
    case unreadableFile = "unreadable file"
    /// The system refused to create it, or to take all of it; nothing of it remains.
    case unwritableFile = "the file cannot be written"
    /// The tensors would not fit into memory.
    case tooLarge = "too large for this machine"
    /// The file ends inside its header.
    case truncatedHeader = "truncated header"
    /// The header is longer than the format allows.
    case oversizedHeader = "header too long"
    /// The header is not the JSON that the format prescribes.
    case malformedHeader = "malformed header"
    /// Two tensors, two entries of the metadata or two fields of a tensor have the same name.
    case duplicateName = "duplicate name"
    /// The format knows no such element type.
    case unknownElementType = "unknown element type"
    /// The format knows the element type, but `DataType` does not.
    case unsupportedElementType = "unsupported element type"
    /// The shape has more elements than can be counted.
    case uncountableShape = "shape too large"
    /// The bytes of a tensor are not as many as its shape and its element type take.
    case wrongByteCount = "wrong number of bytes"
    /// A tensor begins before the one in front of it ends.
    case overlap = "overlapping tensors"
    /// Some bytes between, before or behind the tensors belong to none.
    case unusedBytes = "bytes of no tensor"
    /// The file declares more than it holds.
    case truncatedData = "truncated data"
    /// An element has bits that its type gives no meaning.
    case invalidElement = "invalid element"
    /// The file has no tensor of this name.
    case missingTensor = "no such tensor"
    /// The format keeps this name for itself.
    case reservedName = "reserved name"
    /// The first bytes are not those of the format.
    case wrongMagic = "wrong magic number"
    /// The format has versions that are read, but not this one.
    case unsupportedVersion = "unsupported version"
    /// The parts of an archive contradict each other or its checksums.
    case damagedArchive = "damaged archive"
    /// An archive packs a part by a method that is not read.
    case unsupportedMethod = "unsupported packing"
  }

  /// What went wrong.
  public let reason: Reason
  /// The file's path, or a name for bytes that come from elsewhere.
  public let file: String
  /// The tensor's name; nil where the trouble is not with a single one.
  public let tensor: String?
  /// The place in bytes; nil where the trouble has none.
  public let offset: Int?
  /// What stood there.
  public let found: String
  /// What would have been right.
  public let expected: String

  /// Creates an error; `found` and `expected` complete “found …, expected …”.
  public init(
    _ reason: Reason, file: String, tensor: String? = nil, offset: Int? = nil, found: String,
    expected: String
  ) {
    self.reason = reason
    self.file = file
    self.tensor = tensor
    self.offset = offset
    self.found = found
    self.expected = expected
  }
}

extension InterchangeError: CustomStringConvertible {
  /// For example `model.safetensors: wrong number of bytes: hidden.weight at byte 2064: found 12,
  /// expected 16 for float32 [2, 2]`.
  public var description: String {
    let name = tensor.map { ": " + Name.shown($0) } ?? ""
    let place = offset.map { " at byte \($0)" } ?? ""
    return "\(file): \(reason.rawValue)\(name)\(place): found \(found), expected \(expected)"
  }
}
