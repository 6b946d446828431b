import Arrays
import Tensors

/// Arrays by name as `numpy.savez` and `savez_compressed` save them: a `.npz` file, a ZIP archive of
/// `.npy` files.
///
/// ```swift
/// let archive = try NumPyArchive(contentsOf: "data.npz")
/// let images = try archive.file("images").tensor()
/// ```
public struct NumPyArchive: Sendable {
  /// The names of the arrays, in the order of the archive.
  public let names: [String]
  private let members: [String: ZipDirectory.Member]
  private let contents: ByteContents

  private static let suffix = ".npy"

  /// Opens a file and reads its directory.
  ///
  /// - Throws: `InterchangeError` when it is missing, unreadable, no ZIP archive, or a name occurs twice.
  public init(contentsOf path: String) throws(InterchangeError) {
    try self.init(ByteContents(opening: path))
  }

  /// Takes the bytes of a file; `name` stands for the file in errors.
  public init(fileBytes: [UInt8], name: String) throws(InterchangeError) {
    try self.init(ByteContents(fileBytes, file: name))
  }

  private init(_ contents: ByteContents) throws(InterchangeError) {
    var names: [String] = []
    var members: [String: ZipDirectory.Member] = [:]
    for member in try ZipDirectory(contents).members where member.name.hasSuffix(Self.suffix) {
      let name = String(member.name.dropLast(Self.suffix.count))
      guard members.updateValue(member, forKey: name) == nil else {
        throw InterchangeError(
          .duplicateName, file: contents.file, tensor: name, found: "two arrays of this name",
          expected: "one")
      }
      names.append(name)
    }
    self.names = names
    self.members = members
    self.contents = contents
  }

  /// The file's path, or the name of bytes that come from elsewhere.
  public var file: String { contents.file }

  /// Opens the array of a name. Its checksum is verified, for which it is read once; one that is
  /// packed is unpacked into memory, a stored one is read where it stands.
  ///
  /// - Throws: `InterchangeError` when there is none of this name, it is damaged, it is packed by another
  ///   method than deflate, or it would not fit into memory.
  public func file(_ name: String) throws(InterchangeError) -> NumPyFile {
    guard let member = members[name] else {
      let nearest = Name.nearest(to: name, among: names)
      throw InterchangeError(
        .missingTensor, file: file, tensor: name, found: "\(names.count) others",
        expected: nearest.map { "a name of the file, as \(Name.shown($0))" }
          ?? "a name of the file")
    }
    return try NumPyFile(ZipMember(member, of: contents, file: "\(file)/\(name)").unpacked())
  }

  /// Reads all arrays.
  ///
  /// - Throws: `InterchangeError`, as `file(_:)` and `NumPyFile.tensor()`.
  public func tensors() throws(InterchangeError) -> [String: Tensor] {
    var tensors: [String: Tensor] = [:]
    for name in names { tensors[name] = try file(name).tensor() }
    return tensors
  }
}
