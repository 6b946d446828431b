/// Pictures in folders of their classes; each is read when it is asked for.
///
///     animals/cat/1.jpg
///     animals/cat/more/2.png
///     animals/dog/1.jpg
///
/// The folders directly inside are the classes, numbered in the order of their names by code
/// points, as torchvision's `ImageFolder` does it. Files may lie in folders further inside.
/// Symbolic links are followed; a link that leads back into a folder around it is not.
public struct ImageFolder: Dataset {
  /// A file of the folder.
  public struct File: Sendable, Hashable {
    /// Where it stands.
    public let path: String
    /// Its class.
    public let label: Int
  }

  /// The files, class by class, in the order of their paths.
  public private(set) var files: [File]
  /// The names of the classes; a label is a place here.
  public let classNames: [String]
  /// How many files were passed over, because they are hidden or have another suffix.
  public let ignoredCount: Int
  /// How the files are read.
  public let decoding: Image.Decoding

  /// The suffixes of pictures, in any case: `.png`, `.jpg` and `.jpeg`.
  public static let suffixes = [".png", ".jpg", ".jpeg"]

  /// Lists the files of a folder, without opening one.
  ///
  /// - Throws: `DatasetError` when the folder cannot be read, there is no folder inside, or a class
  ///   has no picture.
  public init(
    _ path: String, decoding: Image.Decoding = Image.Decoding()
  ) throws(DatasetError) {
    let folders = try FolderEntry.list(path).filter { $0.kind == .folder && !$0.isHidden }
    guard !folders.isEmpty else {
      throw DatasetError(
        .noExamples, file: path, found: "no folder inside", expected: "a folder for each class")
    }
    var files: [File] = []
    var walk = FolderWalk(suffixes: ImageFolder.suffixes)
    for (label, folder) in folders.enumerated() {
      let paths = try walk.files(in: folder)
      guard !paths.isEmpty else {
        throw DatasetError(
          .noExamples, file: folder.path, found: "no picture",
          expected: "files that end in " + ImageFolder.suffixes.joined(separator: ", "))
      }
      files += paths.map { File(path: $0, label: label) }
    }
    self.files = files
    self.decoding = decoding
    classNames = folders.map(\.name)
    ignoredCount = walk.ignoredCount
  }

  public var count: Int { files.count }

  /// How many classes there are.
  public var classCount: Int { classNames.count }

  /// Reads a picture.
  ///
  /// - Throws: `DatasetError` when the file is no sound PNG or JPEG file.
  public func example(at place: Int) throws(DatasetError) -> Labelled<Image> {
    Labelled(
      try Image(contentsOf: files[place].path, decoding), label: files[place].label)
  }

  /// Decodes every file once, and leaves those out that cannot be decoded.
  ///
  /// - Returns: the errors, in the order of the files that are left out.
  public mutating func removeBrokenFiles() -> [DatasetError] {
    var errors: [DatasetError] = []
    let decoding = decoding
    files.removeAll { file in
      do throws(DatasetError) {
        _ = try Image(contentsOf: file.path, decoding)
        return false
      } catch {
        errors.append(error)
        return true
      }
    }
    return errors
  }
}

/// A walk through folders inside folders.
struct FolderWalk {
  let suffixes: [String]
  private(set) var ignoredCount = 0

  init(suffixes: [String]) { self.suffixes = suffixes }

  /// The paths of the files with a suffix, in the order of names.
  mutating func files(in folder: FolderEntry) throws(DatasetError) -> [String] {
    var around: Set<FolderEntry.Identity> = [folder.identity]
    return try files(at: folder.path, around: &around)
  }

  /// `around` are the folders that are being walked, into which a link may lead back.
  private mutating func files(
    at path: String, around: inout Set<FolderEntry.Identity>
  ) throws(DatasetError) -> [String] {
    var found: [String] = []
    for entry in try FolderEntry.list(path) {
      switch entry.kind {
      case .folder where !entry.isHidden:
        guard around.insert(entry.identity).inserted else { continue }
        found += try files(at: entry.path, around: &around)
        around.remove(entry.identity)
      case .file where !entry.isHidden && hasSuffix(entry.name):
        found.append(entry.path)
      default:
        ignoredCount += 1
      }
    }
    return found
  }

  private func hasSuffix(_ name: String) -> Bool {
    let name = name.lowercased()
    return suffixes.contains { name.hasSuffix($0) }
  }
}
