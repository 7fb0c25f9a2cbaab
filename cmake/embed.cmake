# nat_embed_migrations(): the files src/db/migrations/NNNN_name.sql become the function EmbeddedMigrations() of
# db/migrate.h, so that the program needs no files to bring its database up to date.
function(nat_embed_migrations)
  file(GLOB files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/db/migrations/*.sql)
  list(SORT files)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${files})
  set(entries "")
  foreach(file ${files})
    get_filename_component(name ${file} NAME_WE)
    if(NOT name MATCHES "^[0-9][0-9][0-9][0-9]_[a-z0-9_]+$")
      message(FATAL_ERROR "${file}: a migration is named NNNN_what_it_does.sql")
    endif()
    string(REGEX REPLACE "^0*([0-9]+)_.*" "\\1" number ${name})
    file(READ ${file} sql)
    string(APPEND entries "  migrations.push_back({${number}, \"${name}\", R\"sql(${sql})sql\"});\n")
  endforeach()
  set(source ${CMAKE_BINARY_DIR}/generated/embedded_migrations.cc)
  file(CONFIGURE OUTPUT ${source} @ONLY CONTENT [[// Made by cmake/embed.cmake from src/db/migrations.
#include "db/migrate.h"

namespace nat {

std::vector<Migration> EmbeddedMigrations() {
  std::vector<Migration> migrations;
@entries@  return migrations;
}

}  // namespace nat
]])
  target_sources(nat_db PRIVATE ${source})
endfunction()
